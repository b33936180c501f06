#include "feeds/files/csv_preset.h"

namespace lockstep::feeds {
namespace {

constexpr CsvPreset kPresets[] = {
    {"tardis-trades", "trades of tardis.dev",
     "venue=exchange,symbol=symbol,ts=timestamp:us,recv=local_timestamp:us,"
     "id=id,side=side,price=price,qty=amount",
     "exchange,symbol,timestamp,local_timestamp,id,side,price,amount", ""},
    {"tardis-book", "incremental_book_L2 of tardis.dev",
     "rows=book,venue=exchange,symbol=symbol,ts=timestamp:us,recv=local_timestamp:us,"
     "snapshot=is_snapshot,side=side,price=price,qty=amount",
     "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount", ""},
    {"tardis-quotes", "quotes of tardis.dev",
     "venue=exchange,symbol=symbol,ts=timestamp:us,recv=local_timestamp:us,"
     "bid=bid_price,bid_qty=bid_amount,ask=ask_price,ask_qty=ask_amount",
     "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount", ""},
    {"tardis-snapshots", "book_snapshot_5 and _25 of tardis.dev",
     "venue=exchange,symbol=symbol,ts=timestamp:us,recv=local_timestamp:us,"
     "bid=bids[#].price,bid_qty=bids[#].amount,ask=asks[#].price,ask_qty=asks[#].amount",
     "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,*", ""},
    {"binance-depth", "order book history (T_DEPTH) of Binance futures",
     "rows=book,symbol=symbol,ts=timestamp:ms,first_id=first_update_id,last_id=last_update_id,prev_id=pu,"
     "side=side,snapshot=update_type,price=price,qty=qty,pairs=1",
     "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu",
     "venue=binance-usdm,kind=linear_perpetual"},
    {"binance-trades", "trades of data.binance.vision",
     "ts=time:ms,id=id,price=price,qty=qty,buyer_is_maker=is_buyer_maker,pairs=1",
     "id,price,qty,quote_qty,time,is_buyer_maker", ""},
    {"binance-aggtrades", "aggTrades of data.binance.vision",
     "ts=transact_time:ms,id=agg_trade_id,price=price,qty=quantity,buyer_is_maker=is_buyer_maker,pairs=1",
     "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker", ""},
    {"binance-klines", "klines of data.binance.vision",
     "ts=open_time:ms,last=close_time:ms,open=open,high=high,low=low,close=close,volume=volume,pairs=1",
     "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
     "taker_buy_volume,taker_buy_quote_volume,ignore",
     ""},
    {"binance-bars", "Binance bars with quote volume, trade count and close time",
     "ts=timestamp:ms,last=close_time:ms,open=open,high=high,low=low,close=close,volume=volume,pairs=1",
     "timestamp,open,high,low,close,volume,quote_volume,trades,close_time", ""},
    {"binance-funding", "fundingRate of data.binance.vision",
     "ts=calc_time:ms,interval=funding_interval_hours,rate=last_funding_rate,pairs=1",
     "calc_time,funding_interval_hours,last_funding_rate", ""},
    {"funding", "funding payments by symbol", "ts=timestamp:ms,symbol=symbol,rate=funding_rate",
     "timestamp,symbol,funding_rate", ""},
    {"ccxt-trades", "trades as ccxt names them, saved by pandas",
     "ts=timestamp:ms,id=id,side=side,price=price,qty=amount",
     ",timestamp,id,type,side,price,amount,cost,date", ""},
    {"us-equity-daily", "daily bars of US equities with their names",
     "ts=Date:iso,symbol=Name,open=Open,high=High,low=Low,close=Close,volume=Volume,"
     "period=1d,zone=America/New_York",
     "Date,Open,High,Low,Close,Volume,Name", "venue=usa,kind=equity,quote=USD"},
    {"us-equity-minute", "minute bars of US equities, stamped in New York time with their end",
     "ts=datetime:iso,open=open,high=high,low=low,close=close,volume=volume,"
     "period=1m,stamp=end,zone=America/New_York",
     "", "venue=usa,kind=equity,quote=USD"},
    {"histdata-ticks", "ticks of HistData: Eastern time without daylight saving",
     "ts=$1:compact,bid=$2,ask=$3,header=0,zone=EST", "", ""},
};

}  // namespace

std::span<const CsvPreset> csv_presets() {
  return kPresets;
}

}  // namespace lockstep::feeds
