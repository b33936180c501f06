# The log of events: what the payloads of its blocks hold. The frame around them (file header, blocks, hashes) is
# described in FORMAT.md. Every time is in nanoseconds since 1970-01-01 UTC.
#
# The 64-byte data section of Event is, byte by byte, the record that the program works with, so that reading needs no
# decoding. To keep it so: never reorder or renumber; a new kind is a new group at the end of the union; a new field
# of an existing kind takes an unused word of its group, or else stands behind the union.
@0x9d0f5b6f3a7ce1d4;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("lockstep::recordings::schema");

const schemaText :Text = embed "log.capnp";
# This file; every log carries it in its header.

struct Header {
  # The payload of the file header.
  kind @0 :Kind;
  enum Kind {
    recording @0;  # market events (and whatever else a source gave)
    journal @1;    # one run: its decisions, and its inputs or the name of the recording that holds them
  }
  programVersion @1 :Text;
  instruments @2 :List(Instrument);  # Event.instrument is an index into it
  attributes @3 :List(Attribute);    # sorted by key, no key twice
  schema @4 :Text;                   # this file, as it was when the log was written
}

struct Attribute {
  key @0 :Text;
  value @1 :Text;
}

struct Instrument {
  symbol @0 :Text;
  venue @1 :Text;
  base @2 :Text;
  quote @3 :Text;
  settle @4 :Text;
  kind @5 :Kind;
  enum Kind {
    spot @0;
    linearPerpetual @1;
    inversePerpetual @2;
    future @3;
    equity @4;
    option @5;
  }
  right @6 :Right;
  enum Right {
    none @0;
    call @1;
    put @2;
  }
  priceScale @7 :UInt8;   # prices are integers of 10^-priceScale
  qtyScale @8 :UInt8;     # quantities are integers of 10^-qtyScale
  multiplierScale @9 :UInt8;
  tick @10 :Int64;
  lot @11 :Int64;
  multiplier @12 :Int64;
  expiryTs @13 :Int64;    # 0: none
  strike @14 :Int64;
}

struct Batch {
  # The payload of a block of events.
  events @0 :List(Event);
  levels @1 :List(Level);
}

struct Level {
  price @0 :Int64;
  qty @1 :Int64;  # the total at that price; 0 deletes
}

struct Index {
  # The payload of an index block: the event blocks since the index block before it.
  entries @0 :List(IndexEntry);
}

struct IndexEntry {
  offset @0 :UInt64;         # of the block, from the start of the file
  firstSequence @1 :UInt64;  # number of its first event
  eventCount @2 :UInt64;
  minRecvTs @3 :Int64;
  maxRecvTs @4 :Int64;
}

struct Seal {
  # The payload of the last block. Its absence means that the writer did not finish.
  eventCount @0 :UInt64;
  levelCount @1 :UInt64;
  minRecvTs @2 :Int64;
  maxRecvTs @3 :Int64;
  contentHash @4 :UInt64;         # over instruments, events and levels, independent of blocks and compression
  indexes @5 :List(IndexEntry);   # one per index block; each sums up the blocks that it lists
}

struct Event {
  recvTs @0 :Int64;       # when we received it
  exchTs @1 :Int64;       # when the exchange stamped it; 0: it did not
  instrument @2 :UInt32;  # 0xffffffff: none
  flags @3 :UInt8;
  # 1 suspicious, 2 recvTs derived, 4 venue snapshot, 8 reduce-only, 16 post-only, 32 maker, 64 auction
  detail @4 :UInt8;       # see each kind

  union {
    trade :group {
      # detail = aggressor side (0 unknown, 1 buy, 2 sell).
      price @5 :Int64;
      qty @6 :Int64;
      tradeId @7 :UInt64;  # Venue's id; 0: none.
      sequence @8 :UInt64;  # Venue's message sequence; 0: none.
      conditions @9 :UInt64;  # Venue's condition codes, as given.
    }
    quote :group {
      # Best bid and offer; an absent side has price -2^63 and quantity 0.
      bidPrice @10 :Int64;
      askPrice @11 :Int64;
      bidQty @12 :Int64;
      askQty @13 :Int64;
      updateId @14 :UInt64;
    }
    book :group {
      # detail = 0 diff (quantity 0 deletes), 1 snapshot (the whole book), 2 clear.
      firstLevel @15 :UInt32;  # Index in Batch.levels; bids first, then asks.
      bidCount @16 :UInt32;
      askCount @17 :UInt32;
      depth @18 :UInt32;  # Levels per side that the feed shows; 0: the whole book.
      firstUpdateId @19 :UInt64;
      lastUpdateId @20 :UInt64;
      previousUpdateId @21 :UInt64;  # 0: the venue does not state it.
    }
    orderAction :group {
      # detail = 0 add, 1 modify, 2 cancel, 3 execute, 4 trade, 5 clear.
      orderId @22 :UInt64;
      price @23 :Int64;
      qty @24 :Int64;  # Add, modify: the new size; else the size taken off.
      sequence @25 :UInt64;
      side @26 :UInt32;  # 0 none, 1 buy, 2 sell; of the resting order, for `trade` of the aggressor.
      venueFlags @27 :UInt32;
    }
    bar :group {
      # exchTs is the END of the bar; detail = its length and side, see FORMAT.md.
      open @28 :Int64;
      high @29 :Int64;
      low @30 :Int64;
      close @31 :Int64;
      volume @32 :Int64;
    }
    funding :group {
      # detail = decimals of rate.
      rate @33 :Int64;  # Fraction of notional per interval; positive: longs pay shorts.
      settleTs @34 :Int64;
      intervalNs @35 :Int64;  # 0: unknown.
      markPrice @36 :Int64;  # -2^63: not given.
      isSettlement @37 :UInt64;  # 1: paid at this event; 0: a forecast.
    }
    mark :group {
      markPrice @38 :Int64;  # -2^63: not given.
      indexPrice @39 :Int64;  # -2^63: not given.
      openInterest @40 :Int64;  # -1: not given.
    }
    statistic :group {
      # detail = 1 when value is a price in the instrument's scale.
      value @41 :Int64;  # In 10^-valueScale; -2^63: not given.
      qty @42 :Int64;  # -2^63: not given.
      referenceTs @43 :Int64;
      type @44 :UInt32;  # See FORMAT.md.
      valueScale @45 :UInt32;
      venueFlags @46 :UInt64;
    }
    definition :group {
      # A change or a restatement of the instrument's terms.
      tick @47 :Int64;
      lot @48 :Int64;
      multiplier @49 :Int64;
      expiryTs @50 :Int64;
      strike @51 :Int64;
    }
    status :group {
      # detail = a TradingStatus (FORMAT.md).
      venueAction @52 :UInt64;
      venueReason @53 :UInt64;
      shortSellRestricted @54 :UInt64;
    }
    gap :group {
      # Something is missing here. detail = a GapReason (FORMAT.md).
      expected @55 :UInt64;
      found @56 :UInt64;
      lostEvents @57 :UInt64;  # 0: unknown.
      fromTs @58 :Int64;  # Last time known to be whole; 0: unknown.
    }
    accepted :group {
      # Order reports: detail = a Reason (FORMAT.md); price, qty and leavesQty as they are now.
      orderId @59 :UInt64;
      price @60 :Int64;
      qty @61 :Int64;
      leavesQty @62 :Int64;
      side @63 :UInt64;
    }
    rejected :group {
      orderId @64 :UInt64;
      price @65 :Int64;
      qty @66 :Int64;
      leavesQty @67 :Int64;
      side @68 :UInt64;
    }
    partiallyFilled :group {
      # Fills: detail = our side; exchTs = when it was matched; feeNanos in 10^-9 of the settlement currency.
      orderId @69 :UInt64;
      price @70 :Int64;
      qty @71 :Int64;
      leavesQty @72 :Int64;
      feeNanos @73 :Int64;
    }
    filled :group {
      orderId @74 :UInt64;
      price @75 :Int64;
      qty @76 :Int64;
      leavesQty @77 :Int64;
      feeNanos @78 :Int64;
    }
    cancelled :group {
      orderId @79 :UInt64;
      price @80 :Int64;
      qty @81 :Int64;
      leavesQty @82 :Int64;
      side @83 :UInt64;
    }
    cancelRejected :group {
      orderId @84 :UInt64;
      price @85 :Int64;
      qty @86 :Int64;
      leavesQty @87 :Int64;
      side @88 :UInt64;
    }
    replaced :group {
      orderId @89 :UInt64;
      price @90 :Int64;
      qty @91 :Int64;
      leavesQty @92 :Int64;
      side @93 :UInt64;
    }
    expired :group {
      orderId @94 :UInt64;
      price @95 :Int64;
      qty @96 :Int64;
      leavesQty @97 :Int64;
      side @98 :UInt64;
    }
    start :group {
      # Control: strategy = index, 2^64-1: all; parameter: id = its index, value = its bits; timer: id, payload.
      id @99 :UInt64;
      strategy @100 :UInt64;
      value @101 :UInt64;
    }
    stop :group {
      id @102 :UInt64;
      strategy @103 :UInt64;
      value @104 :UInt64;
    }
    pause :group {
      id @105 :UInt64;
      strategy @106 :UInt64;
      value @107 :UInt64;
    }
    resume :group {
      id @108 :UInt64;
      strategy @109 :UInt64;
      value @110 :UInt64;
    }
    kill :group {
      id @111 :UInt64;
      strategy @112 :UInt64;
      value @113 :UInt64;
    }
    parameter :group {
      id @114 :UInt64;
      strategy @115 :UInt64;
      value @116 :UInt64;
    }
    timer :group {
      id @117 :UInt64;
      strategy @118 :UInt64;
      value @119 :UInt64;
    }
    submit :group {
      # Instructions: detail = side; type 0 market, 1 limit; timeInForce 0 GTC, 1 IOC, 2 FOK; price -2^63: none.
      orderId @120 :UInt64;
      price @121 :Int64;
      qty @122 :Int64;
      type @123 :UInt32;
      timeInForce @124 :UInt32;
      decisionPrice @125 :Int64;
    }
    cancel :group {
      orderId @126 :UInt64;
      price @127 :Int64;
      qty @128 :Int64;
      type @129 :UInt32;
      timeInForce @130 :UInt32;
      decisionPrice @131 :Int64;
    }
    replace :group {
      orderId @132 :UInt64;
      price @133 :Int64;
      qty @134 :Int64;
      type @135 :UInt32;
      timeInForce @136 :UInt32;
      decisionPrice @137 :Int64;
    }
    denied :group {
      # detail = a DenyReason (FORMAT.md); value was asked, limit is allowed, gate = position in the chain.
      orderId @138 :UInt64;
      value @139 :Int64;
      limit @140 :Int64;
      gate @141 :UInt64;
      qty @142 :Int64;
    }
    checkpoint :group {
      # detail = a Subsystem (FORMAT.md).
      digest @143 :UInt64;
      inputEvents @144 :UInt64;
      outputEvents @145 :UInt64;
    }
    flow :group {
      # detail = 0 add, 1 cancel, 2 replace: what another participant asks of a simulated exchange.
      orderId @146 :UInt64;
      price @147 :Int64;  # -2^63: market.
      qty @148 :Int64;
      participant @149 :UInt32;
      type @150 :UInt16;
      timeInForce @151 :UInt16;
      side @152 :UInt32;
      displayQty @153 :UInt32;  # 0: all.
    }
    triggered :group {
      # An order report.
      orderId @154 :UInt64;
      price @155 :Int64;
      qty @156 :Int64;
      leavesQty @157 :Int64;
      side @158 :UInt64;
    }
    account :group {
      # detail = an account change (FORMAT.md).
      qty @159 :Int64;  # Signed change of position.
      price @160 :Int64;  # -2^63: none.
      cashNanos @161 :Int64;
      feeNanos @162 :Int64;
      reference @163 :UInt64;
    }
    orderTerms :group {
      # detail = trail unit + 4 x trigger source + 16 x contingency; belongs to the submit right behind it.
      orderId @164 :UInt64;
      triggerPrice @165 :Int64;
      displayQty @166 :Int64;
      expireTs @167 :Int64;
      link @168 :UInt64;
    }
    cancelAll :group {
      # instrument 0xffffffff: all of the strategy.
      strategy @169 :UInt64;
    }
    massQuote :group {
      # Replaces what the strategy quotes in the instrument; quantity 0: no such side.
      orderId @170 :UInt64;  # Of the bid; the offer's is the next one.
      bidPrice @171 :Int64;
      askPrice @172 :Int64;
      bidQty @173 :Int64;
      askQty @174 :Int64;
    }
  }
}
