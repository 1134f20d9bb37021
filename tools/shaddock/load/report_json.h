#pragma once
// The result as one line of JSON for programs. What does not apply is absent: the latency when
// nothing was measured, what servers used when no pid was named, rates of script idle.
//
// {"script":"request","route":"...","urls":[...],"clients":100,"inflight":10,"rate":0,"threads":1,
//  "seconds":3.002,"count":123456,"per_second":..,"per_cpu_second":..,
//  "errors":0,"wrong":0,"unanswered":0,"lost":0,"doubled":0,"error_texts":{"...":3},
//  "latency_us":{"count":..,"min":..,"mean":..,"p50":..,"p90":..,"p99":..,"p99_9":..,"max":..},
//  "messages_per_write":9.9,"messages_per_read":9.8,"bytes_sent":..,"bytes_received":..,
//  "cpu_seconds":..,"load_cpu_seconds":..,
//  "servers":[{"name":"..","pid":1,"cpu_seconds":..,"rss_bytes":..,"pss_bytes":..,
//              "bytes_per_connection":..}],          {"name":"..","pid":1,"gone":true} when it
//              ended
//  "stolen":0.0,"cpu_busy":..,"series":[{"t":1,"count":..,"p50":..,"p99":..},...]}

#include <string>

#include "result.h"

namespace shaddock::load {

std::string report_json(const LoadResult& result);

}  // namespace shaddock::load
