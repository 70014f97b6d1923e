#include "observe/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::observe {
namespace {

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
    return out;
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) out += ',';
    fmt::format_to(std::back_inserter(out), "{}=\"{}\"", name, escaped(value, true));
}

template <class Number>
void append_sample(std::string& out, std::string_view name, std::string_view labels, Number value) {
    out += name;
    if (!labels.empty()) fmt::format_to(std::back_inserter(out), "{{{}}}", labels);
    fmt::format_to(std::back_inserter(out), " {}\n", value);
}

void write_series(std::string& out, std::string_view name, std::string_view labels,
                  const Counter& counter) {
    append_sample(out, name, labels, counter.value());
}

void write_series(std::string& out, std::string_view name, std::string_view labels,
                  const Histogram& histogram) {
    histogram.write(out, name, labels);
}

std::size_t hash_of(std::span<const std::string_view> values) {
    std::size_t hash = 14695981039346656037U;
    for (const std::string_view value : values)
        hash = (hash ^ std::hash<std::string_view>()(value)) * 1099511628211U;
    return hash ^ (hash >> 32);
}

bool equal(const std::vector<std::string>& kept, std::span<const std::string_view> values) {
    return std::equal(kept.begin(), kept.end(), values.begin(), values.end());
}

} // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.first(std::min(bounds.size(), most_bounds))) {}

void Histogram::observe(std::chrono::nanoseconds duration) noexcept {
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin();
    counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)),
                           std::memory_order_relaxed);
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
    const std::string bucket = fmt::format("{}_bucket", name);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) {
        sum += counts_[i].load(std::memory_order_relaxed);
        std::string all(labels);
        append_label(all, "le", i < bounds_.size() ? fmt::format("{}", bounds_[i]) : "+Inf");
        append_sample(out, bucket, all, sum);
    }
    const auto nanoseconds = nanoseconds_.load(std::memory_order_relaxed);
    append_sample(out, fmt::format("{}_sum", name), labels, static_cast<double>(nanoseconds) / 1e9);
    append_sample(out, fmt::format("{}_count", name), labels, sum);
}

template <class Series>
Family<Series>::Family(std::string name, std::vector<std::string> labels,
                       std::function<std::unique_ptr<Series>()> make)
    : name_(std::move(name)),
      labels_(std::move(labels)),
      make_(std::move(make)),
      beyond_(entry(0, std::vector<std::string>(labels_.size(), "other"))) {}

template <class Series>
std::unique_ptr<typename Family<Series>::Entry> Family<Series>::entry(
    std::size_t hash, std::vector<std::string> values) const {
    return std::make_unique<Entry>(Entry{hash, std::move(values), make_()});
}

template <class Series>
Series& Family<Series>::of(std::span<const std::string_view> values) {
    const std::size_t hash = hash_of(values);
    for (std::size_t i = 0; i < slots; ++i) {
        const Entry* found = table_[(hash + i) % slots].load(std::memory_order_acquire);
        if (found == nullptr) break;
        if (found->hash == hash && equal(found->values, values)) return *found->series;
    }
    return add(hash, values);
}

template <class Series>
Series& Family<Series>::add(std::size_t hash, std::span<const std::string_view> values) {
    const std::lock_guard lock(adding_);
    std::size_t at = hash % slots;
    // Another thread may have added the same meanwhile.
    for (Entry* found; (found = table_[at].load(std::memory_order_relaxed)) != nullptr;
         at = (at + 1) % slots)
        if (found->hash == hash && equal(found->values, values)) return *found->series;
    if (entries_.size() == most) return *beyond_->series;
    entries_.push_back(entry(hash, {values.begin(), values.end()}));
    table_[at].store(entries_.back().get(), std::memory_order_release);
    return *entries_.back()->series;
}

template <class Series>
std::string Family<Series>::label_text(const Entry& entry) const {
    std::string text;
    for (std::size_t i = 0; i < labels_.size() && i < entry.values.size(); ++i)
        append_label(text, labels_[i], entry.values[i]);
    return text;
}

template <class Series>
void Family<Series>::write(std::string& out) const {
    std::vector<const Entry*> found;
    for (const auto& slot : table_)
        if (const Entry* entry = slot.load(std::memory_order_acquire)) found.push_back(entry);
    if (found.size() == most) found.push_back(beyond_.get());
    std::sort(found.begin(), found.end(),
              [](const Entry* a, const Entry* b) { return a->values < b->values; });
    for (const Entry* entry : found) write_series(out, name_, label_text(*entry), *entry->series);
}

template class Family<Counter>;
template class Family<Histogram>;

void Metrics::add(std::string name, std::string help, std::string_view type,
                  std::function<void(std::string&)> write) {
    const std::lock_guard lock(mutex_);
    items_.push_back({std::move(name), std::move(help), type, std::move(write)});
}

Counter& Metrics::counter(std::string name, std::string help) {
    Counter& made = counters_.emplace_back();
    add(name, std::move(help), "counter",
        [name, &made](std::string& out) { append_sample(out, name, "", made.value()); });
    return made;
}

Family<Counter>& Metrics::counters(std::string name, std::string help,
                                   std::vector<std::string> labels) {
    auto& made = counter_families_.emplace_back(name, std::move(labels),
                                                [] { return std::make_unique<Counter>(); });
    add(std::move(name), std::move(help), "counter",
        [&made](std::string& out) { made.write(out); });
    return made;
}

Family<Histogram>& Metrics::histograms(std::string name, std::string help,
                                       std::vector<std::string> labels,
                                       std::span<const double> bounds) {
    auto& made = histogram_families_.emplace_back(
        name, std::move(labels), [bounds] { return std::make_unique<Histogram>(bounds); });
    add(std::move(name), std::move(help), "histogram",
        [&made](std::string& out) { made.write(out); });
    return made;
}

void Metrics::add_samples(std::string name, std::string help, std::string_view type,
                          std::function<std::vector<Sample>()> samples) {
    add(name, std::move(help), type, [name, samples = std::move(samples)](std::string& out) {
        for (const Sample& sample : samples()) {
            std::string labels;
            for (const auto& [label, value] : sample.labels) append_label(labels, label, value);
            append_sample(out, name, labels, sample.value);
        }
    });
}

void Metrics::gauges(std::string name, std::string help,
                     std::function<std::vector<Sample>()> samples) {
    add_samples(std::move(name), std::move(help), "gauge", std::move(samples));
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> sample) {
    gauges(std::move(name), std::move(help),
           [sample = std::move(sample)] { return std::vector{Sample{.value = sample()}}; });
}

void Metrics::counted(std::string name, std::string help, std::function<double()> sample) {
    add_samples(std::move(name), std::move(help), "counter",
                [sample = std::move(sample)] { return std::vector{Sample{.value = sample()}}; });
}

std::string Metrics::write() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const Item& item : items_) {
        std::string lines;
        try {
            item.write(lines);
        } catch (const std::exception&) {
            continue; // the others are wanted most when one source of numbers fails
        }
        fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", item.name,
                       escaped(item.help, false), item.name, item.type);
        out += lines;
    }
    return out;
}

std::vector<std::string> Metrics::names() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const Item& item : items_) names.push_back(item.name);
    return names;
}

} // namespace berth::observe
