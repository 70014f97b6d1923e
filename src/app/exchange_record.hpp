// ExchangeRecord: one line and a few numbers for each request that was answered.
#pragma once

#include "app/observers.hpp"
#include "net/http_message.hpp"

namespace berth::app {

/// Any thread; without a lock.
class ExchangeRecord {
public:
    ExchangeRecord(observe::Logger& log, observe::Metrics& metrics);

    void operator()(const net::Exchange& exchange);

private:
    void count(const net::Exchange& exchange, std::string_view method);
    void write_line(const net::Exchange& exchange, std::string_view method);

    observe::Logger& log_;
    observe::Family<observe::Counter>& requests_;
    observe::Family<observe::Histogram>& durations_;
    observe::Counter& sent_;
    observe::Counter& received_;
    observe::Counter& broken_;
    observe::Counter& limited_;
};

} // namespace berth::app
