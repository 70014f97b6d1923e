// Metrics: numbers about the running process, in Prometheus's text format.
//
// Made once at the start and kept by reference; then counting is a relaxed atomic addition and
// finding a labelled series is a hash and a comparison, without a lock. A family holds at most
// `Family::most` series, whatever the labels are made of: what comes beyond counts in one series
// whose labels all say "other", so that no client can fill our memory or Prometheus's.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::observe {

/// Only goes up. Any thread.
class Counter {
public:
    void add(std::uint64_t amount = 1) noexcept {
        value_.fetch_add(amount, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Durations by size. Any thread.
class Histogram {
public:
    static constexpr std::size_t most_bounds = 16;

    /// `bounds`: upper ends in seconds, rising. REQUIRES: at most most_bounds.
    explicit Histogram(std::span<const double> bounds);

    void observe(std::chrono::nanoseconds duration) noexcept;
    /// Appends the series' lines. `labels`: `a="b",c="d"` or nothing.
    void write(std::string& out, std::string_view name, std::string_view labels) const;

private:
    std::span<const double> bounds_;
    std::array<std::atomic<std::uint64_t>, most_bounds + 1> counts_{};
    std::atomic<std::uint64_t> nanoseconds_{0};
};

/// Series of one name that differ in their labels' values. Any thread; `Series` is Counter or
/// Histogram.
template <class Series>
class Family {
public:
    static constexpr std::size_t most = 512;

    Family(std::string name, std::vector<std::string> labels,
           std::function<std::unique_ptr<Series>()> make);

    /// The series of these values, one per label; made at its first use. What is beyond `most`
    /// is one series whose values are all "other".
    Series& of(std::initializer_list<std::string_view> values) {
        return of(std::span(values.begin(), values.size()));
    }
    Series& of(std::span<const std::string_view> values);

    void write(std::string& out) const;

private:
    struct Entry {
        std::size_t hash;
        std::vector<std::string> values;
        std::unique_ptr<Series> series;
    };
    static constexpr std::size_t slots = 2 * most; ///< half empty: probes stay short

    Series& add(std::size_t hash, std::span<const std::string_view> values);
    std::unique_ptr<Entry> entry(std::size_t hash, std::vector<std::string> values) const;
    std::string label_text(const Entry& entry) const;

    const std::string name_;
    const std::vector<std::string> labels_;
    const std::function<std::unique_ptr<Series>()> make_;
    std::array<std::atomic<Entry*>, slots> table_{};
    std::mutex adding_;
    std::vector<std::unique_ptr<Entry>> entries_;
    std::unique_ptr<Entry> beyond_;
};

/// What is asked for when somebody looks.
struct Sample {
    std::vector<std::pair<std::string, std::string>> labels = {};
    double value = 0;
};

/// All families of a process. One thread at a time adds to it, any thread counts and writes;
/// references that it gives out live as long as it.
class Metrics {
public:
    Counter& counter(std::string name, std::string help);
    Family<Counter>& counters(std::string name, std::string help, std::vector<std::string> labels);
    /// `bounds` must outlive this.
    Family<Histogram>& histograms(std::string name, std::string help,
                                  std::vector<std::string> labels, std::span<const double> bounds);
    /// `sample` is called by write(), by any thread. One that throws leaves its family out.
    void gauge(std::string name, std::string help, std::function<double()> sample);
    void gauges(std::string name, std::string help, std::function<std::vector<Sample>()> samples);
    /// A counter that somebody else keeps.
    void counted(std::string name, std::string help, std::function<double()> sample);

    /// Text format 0.0.4. Any thread.
    std::string write() const;
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    /// The names, in order, for whoever documents them.
    std::vector<std::string> names() const;

private:
    struct Item {
        std::string name;
        std::string help;
        std::string_view type;
        std::function<void(std::string&)> write;
    };
    void add(std::string name, std::string help, std::string_view type,
             std::function<void(std::string&)> write);
    void add_samples(std::string name, std::string help, std::string_view type,
                     std::function<std::vector<Sample>()> samples);

    mutable std::mutex mutex_; ///< guards items_
    std::vector<Item> items_;
    std::deque<Counter> counters_;
    std::deque<Family<Counter>> counter_families_;
    std::deque<Family<Histogram>> histogram_families_;
};

} // namespace berth::observe
