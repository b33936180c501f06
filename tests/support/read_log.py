#!/usr/bin/env python3
"""Reads a log by what recordings/FORMAT.md says, with nothing but the standard library: an oracle for the tests.

    read_log.py FILE.lsr            prints each event as `lockstep log cat --time ns` does
    read_log.py FILE.lsr --summary  prints the header, the counts and the content hash, computed and as sealed

XXH3 is not in the standard library: payload hashes and the chain are checked only if the module xxhash is there.
Compressed logs are refused for the same reason."""

import json
import struct
import sys
import zlib

try:
    import xxhash
except ImportError:
    xxhash = None

NO_INSTRUMENT = 0xFFFFFFFF
NO_PRICE = -(1 << 63)
M64 = (1 << 64) - 1


class Message:
    """The parts of a Cap'n Proto message that the format needs: structs, composite lists, byte lists, one segment."""

    def __init__(self, data):
        segments, size = struct.unpack_from("<II", data)
        assert segments == 0, "more than one segment"
        self.words = data[8:8 + 8 * size]
        assert len(self.words) == 8 * size, "message cut off"

    def word(self, index):
        return struct.unpack_from("<Q", self.words, 8 * index)[0]

    def struct_at(self, index):
        """(first data word, data words, first pointer word, pointers) of the struct that word `index` points to."""
        pointer = self.word(index)
        if pointer == 0:
            return (0, 0, 0, 0)
        assert pointer & 3 == 0, "no struct pointer"
        start = index + 1 + ((pointer & 0xFFFFFFFF) >> 2)
        data, pointers = pointer >> 32 & 0xFFFF, pointer >> 48
        return (start, data, start + data, pointers)

    def list_at(self, index):
        """The structs of the composite list that word `index` points to."""
        pointer = self.word(index)
        if pointer == 0:
            return []
        assert pointer & 3 == 1 and pointer >> 32 & 7 == 7, "no list of structs"
        tag_at = index + 1 + ((pointer & 0xFFFFFFFF) >> 2)
        tag = self.word(tag_at)
        count, data, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
        size = data + pointers
        starts = [tag_at + 1 + i * size for i in range(count)]
        return [(start, data, start + data, pointers) for start in starts]

    def text_at(self, index):
        pointer = self.word(index)
        if pointer == 0:
            return ""
        assert pointer & 3 == 1 and pointer >> 32 & 7 == 2, "no list of bytes"
        start = 8 * (index + 1 + ((pointer & 0xFFFFFFFF) >> 2))
        return self.words[start:start + (pointer >> 35) - 1].decode()

    def unpack(self, form, at, byte=0):
        return struct.unpack_from("<" + form, self.words, 8 * at[0] + byte)


class Digest:
    def __init__(self):
        self.state = 0x6A09E667F3BCC909

    @staticmethod
    def fold(a, b):
        product = a * b
        return product & M64 ^ product >> 64

    @staticmethod
    def rol(x, by):
        return (x << by | x >> (64 - by)) & M64

    def mix(self, v):
        v &= M64
        self.state = self.fold(self.state ^ v, 0x9E3779B97F4A7C15) + 0x6A09E667F3BCC909 & M64

    def mix8(self, a, b, c, d, e, f, g, h):
        p = self.fold(a ^ 0xBB67AE8584CAA73B, b ^ 0x3C6EF372FE94F82B)
        q = self.fold(c ^ 0xA54FF53A5F1D36F1, d ^ 0x510E527FADE682D1)
        r = self.fold(e ^ 0x9B05688C2B3E6C1F, f ^ 0x1F83D9ABFB41BD6B)
        s = self.fold(g ^ 0x5BE0CD19137E2179, h ^ 0xCBBB9D5DC1059ED8)
        right = (r + 0x9E3779B97F4A7C15 & M64) ^ self.rol(s, 41)
        self.state = self.fold(self.state ^ p ^ self.rol(q, 17), right) + 0x6A09E667F3BCC909 & M64


def check_hash(data, expected, what):
    if xxhash is not None:
        assert xxhash.xxh3_64_intdigest(data) == expected, what + " does not match its hash"


class Log:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        head = struct.unpack_from("<8sHHIQII", self.data)
        assert head[0] == b"\x89LSR\r\n\x1a\n", "not a log"
        assert zlib.crc32(self.data[:28]) == head[6], "file header damaged"
        assert head[1] == 1, "another version"
        self.file_id = head[4]
        payload = self.data[32:32 + head[3]]
        check_hash(payload, self.file_id, "file header")
        self.blocks_at = 32 + head[3]
        self.seal = None
        self.read_header(Message(payload))

    def read_header(self, m):
        root = m.struct_at(0)
        self.kind = ["recording", "journal"][m.unpack("H", root)[0]]
        self.program_version = m.text_at(root[2])
        self.instruments = []
        for s in m.list_at(root[2] + 1):
            names = ["symbol", "venue", "base", "quote", "settle"]
            i = {name: m.text_at(s[2] + k) for k, name in enumerate(names)}
            i["kind"], i["right"], i["price_scale"], i["qty_scale"], i["multiplier_scale"] = m.unpack("HHBBB", s)
            i["tick"], i["lot"], i["multiplier"], i["expiry"], i["strike"] = m.unpack("5q", s, 8)
            self.instruments.append(i)
        self.attributes = {m.text_at(s[2]): m.text_at(s[2] + 1) for s in m.list_at(root[2] + 2)}
        self.schema = m.text_at(root[2] + 3)

    def batches(self):
        """(message, events, levels) of each block of events; `seal` is known at the end of a finished file."""
        at, sequence, previous = self.blocks_at, 0, self.data[:32]
        while len(self.data) - at >= 96:
            head = self.data[at:at + 96]
            (magic, file_id, first, _, _, _, _, payload_hash, chain, events, levels, stored, raw, kind, codec,
             crc) = struct.unpack("<8sQQqqqqQQIIIIHHI", head)
            assert magic == b"\x8bLSRblk\n" and zlib.crc32(head[:92]) == crc, f"damaged at byte {at}"
            assert file_id == self.file_id and first == sequence, f"foreign or misplaced block at byte {at}"
            check_hash(previous, chain, f"chain at byte {at}")
            if len(self.data) - at - 96 < stored:
                return
            payload = self.data[at + 96:at + 96 + stored]
            check_hash(payload, payload_hash, f"payload at byte {at}")
            assert codec == 0, "a compressed log: this reader has no zstd"
            if kind == 1:
                m = Message(payload)
                root = m.struct_at(0)
                event_list, level_list = m.list_at(root[2]), m.list_at(root[2] + 1)
                assert len(event_list) == events and len(level_list) == levels, f"wrong counts at byte {at}"
                yield m, event_list, [m.unpack("qq", level) for level in level_list]
            elif kind == 3:
                m = Message(payload)
                root = m.struct_at(0)
                counts = m.unpack("QQqqQ", root)
                self.seal = dict(zip(["events", "levels", "min_recv", "max_recv", "content_hash"], counts))
                tail = self.data[at + 96 + stored:]
                assert struct.unpack("<Q4sI", tail) == (at, b"LSRE", zlib.crc32(tail[:12])), "tail damaged"
                return
            at, sequence, previous = at + 96 + stored, sequence + events, head


def decimal(value, scale, none=NO_PRICE):
    if value == none:
        return None
    digits = str(abs(value)).rjust(scale + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)


def time(value):
    return str(value) if value != 0 else None


KINDS = ("trade quote book order_action bar funding mark statistic definition status gap accepted rejected "
         "partially_filled filled cancelled cancel_rejected replaced expired start stop pause resume kill parameter "
         "timer submit cancel replace denied checkpoint").split()
FLAGS = "suspicious receive_derived venue_snapshot reduce_only post_only maker".split()
SIDES = "none buy sell".split()
BOOK_ACTIONS = "diff snapshot clear".split()
ORDER_ACTIONS = "add modify cancel execute trade clear".split()
BAR_LENGTHS = (["1 tick"] + [f"{n} second" for n in (1, 2, 5, 10, 15, 30)] +
               [f"{n} minute" for n in (1, 2, 3, 5, 10, 15, 20, 30, 45)] +
               [f"{n} hour" for n in (1, 2, 3, 4, 6, 8, 12)] + [f"{n} day" for n in (1, 2, 3)] + ["1 week", "1 month"])
BAR_SIDES = "trade bid ask mid".split()
STATISTICS = dict(enumerate(("opening_price indicative_opening_price settlement_price session_low session_high "
                             "cleared_volume lowest_offer highest_bid open_interest fixing_price close_price "
                             "net_change vwap volatility delta uncrossing_price").split(), 1))
STATISTICS.update(enumerate(("implied_volatility_mark implied_volatility_bid implied_volatility_ask option_delta "
                             "option_gamma option_vega option_theta option_rho underlying_price auction_imbalance "
                             "auction_paired split_factor price_factor").split(), 1001))
STATUSES = "unknown trading halted paused pre_open closed auction quoting_only not_available".split()
GAPS = "unknown sequence disconnected no_snapshot damaged skipped_rows".split()
REASONS = ("none unknown_order already_done post_only_would_cross reduce_only_would_increase no_liquidity fill_or_kill "
           "bad_price bad_qty market_closed book_unsafe unsupported_order duplicate_id end_of_session requested "
           "immediate_or_cancel not_live_yet").split()
DENIALS = ("none order_size order_notional position open_orders price_collar kill_switch paused no_reference_price "
           "bad_price bad_qty unknown_order book_unsafe not_working").split()
SUBSYSTEMS = "run books orders portfolio venue random risk queue".split()


def fields(kind, detail, raw, instrument, levels):
    """The payload's fields; `raw` is its 40 bytes."""
    get = lambda form: struct.unpack("<" + form, raw[:struct.calcsize("<" + form)])
    scale = instrument or {"price_scale": 0, "qty_scale": 0, "multiplier_scale": 0}
    price = lambda v: decimal(v, scale["price_scale"])
    qty = lambda v, none=NO_PRICE: decimal(v, scale["qty_scale"], none)
    if kind == 0:
        p, q, i, s, c = get("qqQQQ")
        return {"side": SIDES[detail], "price": price(p), "qty": qty(q), "trade_id": str(i), "sequence": str(s),
                "conditions": str(c)}
    if kind == 1:
        b, a, bq, aq, u = get("qqqqQ")
        return {"bid_price": price(b), "ask_price": price(a), "bid_qty": qty(bq), "ask_qty": qty(aq),
                "update_id": str(u)}
    if kind == 2:
        first, bids, asks, depth, f, l, p = get("IIIIQQQ")
        side = lambda part: [[price(x), qty(y)] for x, y in part]
        return {"action": BOOK_ACTIONS[detail], "depth": depth, "first_update_id": str(f), "last_update_id": str(l),
                "previous_update_id": str(p), "bids": side(levels[first:first + bids]),
                "asks": side(levels[first + bids:first + bids + asks])}
    if kind == 3:
        o, p, q, s, side, flags = get("QqqQII")
        return {"action": ORDER_ACTIONS[detail], "side": SIDES[side], "price": price(p), "qty": qty(q),
                "order_id": str(o), "sequence": str(s), "venue_flags": flags}
    if kind == 4:
        o, h, l, c, v = get("5q")
        return {"length": BAR_LENGTHS[detail // 4], "of": BAR_SIDES[detail % 4], "open": price(o), "high": price(h),
                "low": price(l), "close": price(c), "volume": qty(v)}
    if kind == 5:
        r, t, n, m, s = get("qqqqQ")
        return {"rate": decimal(r, detail), "settle": time(t), "interval_ns": str(n), "mark_price": price(m),
                "is_settlement": str(s)}
    if kind == 6:
        m, i, o = get("qqq")
        return {"mark_price": price(m), "index_price": price(i), "open_interest": qty(o, -1)}
    if kind == 7:
        v, q, t, number, s, f = get("qqqIIQ")
        return {"type": STATISTICS.get(number, "?"), "type_number": number,
                "value": price(v) if detail == 1 else decimal(v, s), "qty": qty(q), "reference": time(t),
                "venue_flags": str(f)}
    if kind == 8:
        t, l, m, e, s = get("5q")
        return {"tick": price(t), "lot": qty(l), "multiplier": decimal(m, scale["multiplier_scale"]),
                "expiry": time(e), "strike": price(s)}
    if kind == 9:
        a, r, s = get("3Q")
        return {"status": STATUSES[detail], "venue_action": str(a), "venue_reason": str(r),
                "short_sell_restricted": str(s)}
    if kind == 10:
        e, f, l, t = get("QQQq")
        return {"reason": GAPS[detail], "expected": str(e), "found": str(f), "lost_events": str(l), "from": time(t)}
    if kind in (13, 14):
        o, p, q, l, f = get("Qqqqq")
        return {"side": SIDES[detail], "price": price(p), "qty": qty(q), "order_id": str(o), "leaves_qty": qty(l),
                "fee": decimal(f, 9)}
    if 11 <= kind <= 18:
        o, p, q, l, s = get("QqqqQ")
        return {"side": SIDES[s], "price": price(p), "qty": qty(q), "order_id": str(o), "leaves_qty": qty(l),
                "reason": REASONS[detail]}
    if 19 <= kind <= 25:
        i, s, v = get("3Q")
        return {"id": str(i), "strategy": "all" if s == M64 else str(s), "value": str(v)}
    if 26 <= kind <= 28:
        o, p, q, t, f, d = get("QqqIIq")
        return {"side": SIDES[detail], "price": price(p), "qty": qty(q), "order_id": str(o),
                "type": ["market", "limit"][t], "time_in_force": ["gtc", "ioc", "fok"][f], "decision_price": price(d)}
    if kind == 29:
        o, v, l, g, q = get("QqqQq")
        return {"reason": DENIALS[detail], "order_id": str(o), "value": str(v), "limit": str(l), "gate": str(g),
                "qty": qty(q)}
    d, i, o = get("3Q")
    return {"subsystem": SUBSYSTEMS[detail] if detail < 8 else f"strategy {detail - 8}", "digest": f"{d:016x}",
            "input_events": str(i), "output_events": str(o)}


def lines(log):
    number = 0
    for m, events, levels in log.batches():
        for at in events:
            recv, exch, instrument_id, flags, detail, kind = m.unpack("qqIBBH", at)
            instrument = log.instruments[instrument_id] if instrument_id != NO_INSTRUMENT else None
            out = {"n": number, "kind": KINDS[kind], "recv": str(recv), "exch": time(exch)}
            if instrument:
                out["venue"], out["symbol"] = instrument["venue"], instrument["symbol"]
            if flags:
                out["flags"] = [name for bit, name in enumerate(FLAGS) if flags >> bit & 1]
            raw = m.words[8 * at[0] + 24:8 * at[0] + 64]
            out.update(fields(kind, detail, raw, instrument, levels))
            yield json.dumps(out, separators=(",", ":"), ensure_ascii=False)
            number += 1


def content_hash(log):
    digest = Digest()
    digest.mix(len(log.instruments))
    for i in log.instruments:
        for name in ("symbol", "venue", "base", "quote", "settle"):
            text = i[name].encode()
            digest.mix(len(text))
            for byte in text:
                digest.mix(byte)
        for name in ("kind", "price_scale", "qty_scale", "multiplier_scale", "right", "tick", "lot", "multiplier",
                     "expiry", "strike"):
            digest.mix(i[name])
    events = 0
    for m, event_list, levels in log.batches():
        for at in event_list:
            words = list(m.unpack("8Q", at))
            own = []
            if words[2] >> 48 == 2:
                first, bids, asks = m.unpack("III", at, 24)
                words[3] &= ~0xFFFFFFFF
                own = [v & M64 for level in levels[first:first + bids + asks] for v in level]
            digest.mix8(*words)
            own += [0] * (-len(own) % 8)
            for k in range(0, len(own), 8):
                digest.mix8(*own[k:k + 8])
            events += 1
    return events, digest.state


def main():
    log = Log(sys.argv[1])
    if "--summary" not in sys.argv:
        for line in lines(log):
            print(line)
        return
    events, computed = content_hash(log)
    sealed = f"{log.seal['content_hash']:016x}" if log.seal else None
    print(json.dumps({"kind": log.kind, "program_version": log.program_version, "attributes": log.attributes,
                      "instruments": [i["symbol"] for i in log.instruments], "events": events,
                      "content_hash": f"{computed:016x}", "sealed_hash": sealed}))


if __name__ == "__main__":
    main()
