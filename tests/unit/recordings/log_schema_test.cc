// The schema's Event and the program's Event must be the same 64 bytes: each is written through one and read
// through the other. And a log must stay readable when a later version gives Event more words.
#include <capnp/any.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/schema-parser.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>
#include <kj/filesystem.h>

#include <cstring>
#include <functional>

#include "recordings/log.capnp.h"
#include "recordings/log_batch.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// The data section of the one event that `fill` builds.
Event built(const std::function<void(schema::Event::Builder)>& fill) {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<schema::Event>();
  fill(event);
  const auto data = capnp::toAny(event.asReader()).getDataSection();
  EXPECT_EQ(data.size(), sizeof(Event));
  EXPECT_EQ(capnp::toAny(event.asReader()).getPointerSection().size(), 0U);
  Event out;
  std::memcpy(static_cast<void*>(&out), data.begin(), sizeof(out));
  return out;
}

/// What the schema sees in the record.
void seen(const Event& event, const std::function<void(schema::Event::Reader)>& look) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Event>();
  std::memcpy(capnp::toAny(root).getDataSection().begin(), &event, sizeof(event));
  look(root.asReader());
}

TEST(LogSchema, the_common_fields_stand_where_the_record_has_them) {
  const Event event = built([](schema::Event::Builder e) {
    e.setRecvTs(0x0102030405060708);
    e.setExchTs(-2);
    e.setInstrument(0xA1A2A3A4);
    e.setFlags(0xB1);
    e.setDetail(0xC1);
    e.initCheckpoint();
  });
  EXPECT_EQ(event.recv_ts_ns, 0x0102030405060708);
  EXPECT_EQ(event.exch_ts_ns, -2);
  EXPECT_EQ(event.instrument, 0xA1A2A3A4U);
  EXPECT_EQ(event.flags, 0xB1);
  EXPECT_EQ(event.detail, 0xC1);
  EXPECT_EQ(event.kind, Kind::checkpoint);
}

TEST(LogSchema, the_union_is_numbered_like_the_kinds_and_named_like_them) {
  const auto struct_schema = capnp::Schema::from<schema::Event>();
  unsigned checked = 0;
  for (const auto field : struct_schema.getUnionFields()) {
    std::string name;
    for (const char c : std::string(field.getProto().getName().cStr())) {
      if (c >= 'A' && c <= 'Z') name += '_';
      name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    EXPECT_EQ(name, to_string(static_cast<Kind>(field.getProto().getDiscriminantValue())));
    ++checked;
  }
  EXPECT_EQ(checked, static_cast<unsigned>(kKindCount));
}

TEST(LogSchema, market_payloads_are_the_same_in_both) {
  EXPECT_EQ(built([](auto e) {
              auto g = e.initTrade();
              g.setPrice(1), g.setQty(2), g.setTradeId(3), g.setSequence(4), g.setConditions(5);
            }).words,
            (std::array<std::uint64_t, 5>{1, 2, 3, 4, 5}));
  const auto quote = built([](auto e) {
                       auto g = e.initQuote();
                       g.setBidPrice(1), g.setAskPrice(2), g.setBidQty(3), g.setAskQty(4), g.setUpdateId(5);
                     }).as<Quote>();
  EXPECT_EQ(std::tie(quote.bid_price, quote.ask_price, quote.bid_qty, quote.ask_qty),
            std::make_tuple(Price{1}, Price{2}, Qty{3}, Qty{4}));
  EXPECT_EQ(quote.update_id, 5U);
  const auto book = built([](auto e) {
                      auto g = e.initBook();
                      g.setFirstLevel(1), g.setBidCount(2), g.setAskCount(3), g.setDepth(4);
                      g.setFirstUpdateId(5), g.setLastUpdateId(6), g.setPreviousUpdateId(7);
                    }).as<BookUpdate>();
  EXPECT_EQ(std::tie(book.first_level, book.bid_count, book.ask_count, book.depth),
            std::make_tuple(1U, 2U, 3U, 4U));
  EXPECT_EQ(std::tie(book.first_update_id, book.last_update_id, book.previous_update_id),
            std::make_tuple(std::uint64_t{5}, std::uint64_t{6}, std::uint64_t{7}));
  const auto action = built([](auto e) {
                        auto g = e.initOrderAction();
                        g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setSequence(4), g.setSide(5),
                            g.setVenueFlags(6);
                      }).as<OrderAction>();
  EXPECT_EQ(std::tie(action.order_id, action.price, action.qty, action.sequence),
            std::make_tuple(std::uint64_t{1}, Price{2}, Qty{3}, std::uint64_t{4}));
  EXPECT_EQ(std::tie(action.side, action.venue_flags), std::make_tuple(5U, 6U));
  const auto bar = built([](auto e) {
                     auto g = e.initBar();
                     g.setOpen(1), g.setHigh(2), g.setLow(3), g.setClose(4), g.setVolume(5);
                   }).as<Bar>();
  EXPECT_EQ(std::tie(bar.open, bar.high, bar.low, bar.close, bar.volume),
            std::make_tuple(Price{1}, Price{2}, Price{3}, Price{4}, Qty{5}));
}

TEST(LogSchema, the_payloads_of_orders_beyond_a_plain_limit_are_the_same_in_both) {
  const auto flow = built([](auto e) {
                      auto g = e.initFlow();
                      g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setParticipant(4), g.setType(5);
                      g.setTimeInForce(6), g.setSide(7), g.setDisplayQty(8);
                    }).as<Flow>();
  EXPECT_EQ(std::tie(flow.order_id, flow.price, flow.qty, flow.participant),
            std::make_tuple(std::uint64_t{1}, Price{2}, Qty{3}, 4U));
  EXPECT_EQ(std::tie(flow.type, flow.time_in_force, flow.side, flow.display_qty),
            std::make_tuple(std::uint16_t{5}, std::uint16_t{6}, 7U, 8U));
  const auto terms = built([](auto e) {
                       auto g = e.initOrderTerms();
                       g.setOrderId(1), g.setTriggerPrice(2), g.setDisplayQty(3), g.setExpireTs(4),
                           g.setLink(5);
                     }).as<OrderTerms>();
  EXPECT_EQ(std::tie(terms.order_id, terms.trigger_price, terms.display_qty, terms.expire_ts_ns, terms.link),
            std::make_tuple(std::uint64_t{1}, Price{2}, Qty{3}, TimeNs{4}, std::uint64_t{5}));
  const auto quote = built([](auto e) {
                       auto g = e.initMassQuote();
                       g.setOrderId(1), g.setBidPrice(2), g.setAskPrice(3), g.setBidQty(4), g.setAskQty(5);
                     }).as<MassQuote>();
  EXPECT_EQ(std::tie(quote.order_id, quote.bid_price, quote.ask_price, quote.bid_qty, quote.ask_qty),
            std::make_tuple(std::uint64_t{1}, Price{2}, Price{3}, Qty{4}, Qty{5}));
  const auto change = built([](auto e) {
                        auto g = e.initAccount();
                        g.setQty(1), g.setPrice(2), g.setCashNanos(3), g.setFeeNanos(4), g.setReference(5);
                      }).as<AccountChange>();
  EXPECT_EQ(std::tie(change.qty, change.price, change.cash_nanos, change.fee_nanos, change.reference),
            std::make_tuple(Qty{1}, Price{2}, std::int64_t{3}, std::int64_t{4}, std::uint64_t{5}));
  EXPECT_EQ(built([](auto e) { e.initCancelAll().setStrategy(9); }).as<CancelAll>().strategy, 9U);
  EXPECT_EQ(built([](auto e) {
              auto g = e.initTriggered();
              g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setLeavesQty(4), g.setSide(5);
            }).words,
            (std::array<std::uint64_t, 5>{1, 2, 3, 4, 5}));
}

TEST(LogSchema, the_rarer_market_payloads_are_the_same_in_both) {
  const auto funding = built([](auto e) {
                         auto g = e.initFunding();
                         g.setRate(1), g.setSettleTs(2), g.setIntervalNs(3), g.setMarkPrice(4),
                             g.setIsSettlement(5);
                       }).as<Funding>();
  EXPECT_EQ(std::tie(funding.rate, funding.settle_ts_ns, funding.interval_ns, funding.mark_price),
            std::make_tuple(std::int64_t{1}, TimeNs{2}, DurationNs{3}, Price{4}));
  EXPECT_EQ(funding.is_settlement, 5U);
  const auto mark = built([](auto e) {
                      auto g = e.initMark();
                      g.setMarkPrice(1), g.setIndexPrice(2), g.setOpenInterest(3);
                    }).as<Mark>();
  EXPECT_EQ(std::tie(mark.mark_price, mark.index_price, mark.open_interest),
            std::make_tuple(Price{1}, Price{2}, std::int64_t{3}));
  const auto statistic = built([](auto e) {
                           auto g = e.initStatistic();
                           g.setValue(1), g.setQty(2), g.setReferenceTs(3), g.setType(4), g.setValueScale(5);
                           g.setVenueFlags(6);
                         }).as<Statistic>();
  EXPECT_EQ(std::tie(statistic.value, statistic.qty, statistic.reference_ts_ns),
            std::make_tuple(std::int64_t{1}, Qty{2}, TimeNs{3}));
  EXPECT_EQ(std::tie(statistic.type, statistic.value_scale, statistic.venue_flags),
            std::make_tuple(4U, 5U, std::uint64_t{6}));
  const auto definition = built([](auto e) {
                            auto g = e.initDefinition();
                            g.setTick(1), g.setLot(2), g.setMultiplier(3), g.setExpiryTs(4), g.setStrike(5);
                          }).as<Definition>();
  EXPECT_EQ(std::tie(definition.tick, definition.lot, definition.multiplier, definition.expiry_ts_ns,
                     definition.strike),
            std::make_tuple(Price{1}, Qty{2}, std::int64_t{3}, TimeNs{4}, Price{5}));
  const auto status = built([](auto e) {
                        auto g = e.initStatus();
                        g.setVenueAction(1), g.setVenueReason(2), g.setShortSellRestricted(3);
                      }).as<StatusChange>();
  EXPECT_EQ(std::tie(status.venue_action, status.venue_reason, status.short_sell_restricted),
            std::make_tuple(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}));
  const auto gap = built([](auto e) {
                     auto g = e.initGap();
                     g.setExpected(1), g.setFound(2), g.setLostEvents(3), g.setFromTs(4);
                   }).as<Gap>();
  EXPECT_EQ(std::tie(gap.expected, gap.found, gap.lost_events, gap.from_ts_ns),
            std::make_tuple(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, TimeNs{4}));
}

TEST(LogSchema, executions_instructions_denials_and_checkpoints_are_the_same_in_both) {
  const auto fill = built([](auto e) {
                      auto g = e.initFilled();
                      g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setLeavesQty(4), g.setFeeNanos(-5);
                    }).as<Fill>();
  EXPECT_EQ(std::tie(fill.order_id, fill.price, fill.qty, fill.leaves_qty, fill.fee_nanos),
            std::make_tuple(OrderId{1}, Price{2}, Qty{3}, Qty{4}, std::int64_t{-5}));
  const auto report = built([](auto e) {
                        auto g = e.initCancelRejected();
                        g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setLeavesQty(4), g.setSide(5);
                      }).as<OrderReport>();
  EXPECT_EQ(std::tie(report.order_id, report.price, report.qty, report.leaves_qty, report.side),
            std::make_tuple(OrderId{1}, Price{2}, Qty{3}, Qty{4}, std::uint64_t{5}));
  const auto order = built([](auto e) {
                       auto g = e.initReplace();
                       g.setOrderId(1), g.setPrice(2), g.setQty(3), g.setType(4), g.setTimeInForce(5);
                       g.setDecisionPrice(6);
                     }).as<OrderInstruction>();
  EXPECT_EQ(std::tie(order.order_id, order.price, order.qty), std::make_tuple(OrderId{1}, Price{2}, Qty{3}));
  EXPECT_EQ(std::tie(order.type, order.time_in_force, order.decision_price),
            std::make_tuple(4U, 5U, Price{6}));
  const auto denial = built([](auto e) {
                        auto g = e.initDenied();
                        g.setOrderId(1), g.setValue(2), g.setLimit(3), g.setGate(4), g.setQty(5);
                      }).as<Denial>();
  EXPECT_EQ(std::tie(denial.order_id, denial.value, denial.limit, denial.gate, denial.qty),
            std::make_tuple(OrderId{1}, std::int64_t{2}, std::int64_t{3}, std::uint64_t{4}, Qty{5}));
  const auto timer = built([](auto e) {
                       auto g = e.initTimer();
                       g.setId(1), g.setStrategy(2), g.setValue(3);
                     }).as<Control>();
  EXPECT_EQ(std::tie(timer.id, timer.strategy, timer.value),
            std::make_tuple(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}));
  const auto checkpoint = built([](auto e) {
                            auto g = e.initCheckpoint();
                            g.setDigest(1), g.setInputEvents(2), g.setOutputEvents(3);
                          }).as<Checkpoint>();
  EXPECT_EQ(std::tie(checkpoint.digest, checkpoint.input_events, checkpoint.output_events),
            std::make_tuple(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}));
}

/// Groups of one payload type have the same fields at the same places, whatever their kind.
TEST(LogSchema, kinds_of_one_payload_have_one_layout) {
  const auto layout = [](const char* kind) {
    std::string out;
    const auto group = capnp::Schema::from<schema::Event>().getFieldByName(kind).getType().asStruct();
    for (const auto field : group.getFields()) {
      const auto slot = field.getProto().getSlot();
      out += std::string(field.getProto().getName().cStr()) + '@' + std::to_string(slot.getOffset()) + ' ' +
             std::to_string(static_cast<int>(slot.getType().which())) + ' ';
    }
    return out;
  };
  EXPECT_EQ(layout("partiallyFilled"), layout("filled"));
  for (const char* kind : {"accepted", "rejected", "cancelled", "replaced", "expired"}) {
    EXPECT_EQ(layout(kind), layout("cancelRejected"));
  }
  for (const char* kind : {"start", "stop", "pause", "resume", "kill", "parameter"})
    EXPECT_EQ(layout(kind), layout("timer"));
  for (const char* kind : {"submit", "cancel"}) EXPECT_EQ(layout(kind), layout("replace"));
}

TEST(LogSchema, the_schema_reads_what_the_record_holds) {
  const std::vector<OwnedEvent> events = sample_events();
  seen(events[0].event, [](schema::Event::Reader e) {
    ASSERT_TRUE(e.isTrade());
    EXPECT_EQ(e.getRecvTs(), 1'723'161'255'000'000'000);
    EXPECT_EQ(e.getTrade().getPrice(), 6'150'010);
    EXPECT_EQ(e.getTrade().getConditions(), 113U);
  });
  seen(events[2].event, [](schema::Event::Reader e) {
    ASSERT_TRUE(e.isBook());
    EXPECT_EQ(e.getBook().getBidCount(), 2U);
    EXPECT_EQ(e.getBook().getPreviousUpdateId(), 133U);
  });
  seen(events[31].event, [](schema::Event::Reader e) {
    ASSERT_TRUE(e.isDenied());
    EXPECT_EQ(e.getDetail(), 3);
    EXPECT_EQ(e.getDenied().getValue(), -392);
    EXPECT_EQ(e.getDenied().getQty(), 394);
  });
}

TEST(LogSchema, a_payload_is_a_message_that_any_reader_of_the_format_understands) {
  const TemporaryFolder folder;
  write_log(folder / "a.lsr", sample_header(), sample_events());
  const auto reader = LogReader::open(folder / "a.lsr");
  BlockCursor cursor = (*reader)->blocks();
  ASSERT_EQ(cursor.next(), BlockCursor::Step::block);
  Bytes payload;
  ASSERT_EQ(cursor.payload(payload), BlockCursor::Step::block);
  std::vector<capnp::word> words(payload.size() / 8);
  std::memcpy(words.data(), payload.data(), payload.size());
  capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
  const auto batch = message.getRoot<schema::Batch>();
  ASSERT_EQ(batch.getEvents().size(), sample_events().size());
  ASSERT_EQ(batch.getLevels().size(), 5U);
  EXPECT_EQ(batch.getEvents()[32].getCheckpoint().getDigest(), 0x0123'4567'89AB'CDEFU);
  EXPECT_EQ(batch.getEvents()[3].getBook().getFirstLevel(), 3U);
  EXPECT_EQ(batch.getLevels()[4].getPrice(), 5'100'500'000'000);
  EXPECT_EQ(batch.getLevels()[4].getQty(), 9);
}

/// A batch by any schema, built the general way.
std::vector<std::byte> built_batch(capnp::StructSchema batch_schema, const std::vector<OwnedEvent>& events,
                                   bool has_new_field) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<capnp::DynamicStruct>(batch_schema);
  auto list = root.init("events", static_cast<unsigned>(events.size())).as<capnp::DynamicList>();
  for (unsigned i = 0; i < list.size(); ++i) {
    auto element = list[i].as<capnp::DynamicStruct>();
    std::memcpy(capnp::AnyStruct::Builder(element).getDataSection().begin(), &events[i].event, sizeof(Event));
    if (has_new_field) element.set("addedLater", 77 + i);
  }
  auto levels = root.init("levels", 1).as<capnp::DynamicList>()[0].as<capnp::DynamicStruct>();
  levels.set("price", 12);
  levels.set("qty", 34);
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  std::vector<std::byte> out(bytes.size());
  std::memcpy(out.data(), bytes.begin(), bytes.size());
  return out;
}

/// The schema of a later version, in which Event has one field more.
std::string later_schema() {
  const std::vector<std::byte> file = read_bytes(std::string(LOCKSTEP_SOURCE) + "/recordings/log.capnp");
  std::string text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t end = text.rfind("  }\n}\n");
  text.insert(end + 4, "  addedLater @175 :UInt64;\n");
  text.replace(text.find("const schemaText :Text = embed"),
               text.find('\n', text.find("const schemaText")) - text.find("const schemaText"), "");
  return text;
}

struct ParsedSchema {
  capnp::SchemaParser parser;
  kj::Own<kj::Filesystem> disk = kj::newDiskFilesystem();
  kj::Own<const kj::Directory> folder = kj::newInMemoryDirectory(kj::nullClock());
  capnp::ParsedSchema file;

  explicit ParsedSchema(const std::string& text) {
    folder->openFile(kj::Path("log.capnp"), kj::WriteMode::CREATE)->writeAll(text.c_str());
    const auto system = disk->getRoot().openSubdir(kj::Path({"usr", "include"}));
    const kj::ReadableDirectory* import_path[] = {system.get()};
    file = parser.parseFromDirectory(*folder, kj::Path("log.capnp"), kj::arrayPtr(import_path, 1));
  }
};

TEST(LogSchema, a_reader_of_today_reads_a_batch_of_a_later_version) {
  const ParsedSchema later(later_schema());
  const auto batch_schema = later.file.getNested("Batch").asStruct();
  const std::vector<OwnedEvent> events = sample_trades(3);
  const std::vector<std::byte> payload = built_batch(batch_schema, events, true);
  EXPECT_EQ(payload.size(), batch_bytes(3, 1) + 3 * 8);  // a word more for each event
  BatchScratch scratch;
  Batch batch;
  const Status status = read_batch(payload, 3, 1, scratch, batch);
  ASSERT_TRUE(status.ok()) << status.error().text();
  ASSERT_EQ(batch.events.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(batch.events[i], events[i].event);
  ASSERT_EQ(batch.levels.size(), 1U);
  EXPECT_EQ(batch.levels[0], (Level{12, 34}));
}

TEST(LogSchema, a_reader_of_a_later_version_reads_a_batch_of_today) {
  const ParsedSchema later(later_schema());
  const TemporaryFolder folder;
  write_log(folder / "a.lsr", sample_header(), sample_trades(3));
  const auto reader = LogReader::open(folder / "a.lsr");
  BlockCursor cursor = (*reader)->blocks();
  ASSERT_EQ(cursor.next(), BlockCursor::Step::block);
  Bytes payload;
  ASSERT_EQ(cursor.payload(payload), BlockCursor::Step::block);
  std::vector<capnp::word> words(payload.size() / 8);
  std::memcpy(words.data(), payload.data(), payload.size());
  capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
  const auto batch = message.getRoot<capnp::DynamicStruct>(later.file.getNested("Batch").asStruct());
  const auto events = batch.get("events").as<capnp::DynamicList>();
  ASSERT_EQ(events.size(), 3U);
  const auto event = events[2].as<capnp::DynamicStruct>();
  EXPECT_EQ(event.get("recvTs").as<std::int64_t>(), 1'020);
  EXPECT_EQ(event.get("trade").as<capnp::DynamicStruct>().get("price").as<std::int64_t>(), 102);
  EXPECT_EQ(event.get("addedLater").as<std::uint64_t>(), 0U);
}

TEST(LogSchema, a_batch_built_by_the_library_is_read_element_by_element) {
  const std::vector<OwnedEvent> events = sample_trades(4);
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Batch>();
  root.initLevels(0);  // before the events: another order than this program writes
  auto list = root.initEvents(4);
  for (unsigned i = 0; i < 4; ++i) {
    std::memcpy(capnp::toAny(list[i]).getDataSection().begin(), &events[i].event, sizeof(Event));
  }
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  const Bytes payload = std::as_bytes(std::span(bytes.begin(), bytes.size()));
  BatchScratch scratch;
  Batch batch;
  ASSERT_TRUE(read_batch(payload, 4, 0, scratch, batch).ok());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(batch.events[i], events[i].event);
}

TEST(LogSchema, a_list_that_claims_more_than_the_message_holds_is_an_error) {
  std::vector<std::uint64_t> words(8);
  // A list of 2^26 structs without any data: nothing in the message, a gigabyte when copied.
  words[0] = std::uint64_t{5} << 32U;
  words[1] = std::uint64_t{2} << 48U;
  words[2] = 1 | 1U << 2U | std::uint64_t{7} << 32U;
  words[3] = 0;
  words[4] = std::uint64_t{1U << 26U} << 2U;
  BatchScratch scratch;
  Batch batch;
  const Status status = read_batch(std::as_bytes(std::span(words)), 1U << 26U, 0, scratch, batch);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::damaged);
  EXPECT_LT(scratch.events.capacity(), 1'000U);
}

}  // namespace
}  // namespace lockstep::recordings
