#include "oci/media_type.hpp"
#include "oci/reference.hpp"
#include "registry/copy.hpp"
#include "registry/parallel.hpp"
#include "registry/side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace berth::registry {
namespace {

std::string label(const oci::Descriptor& blob) {
    const std::string& type = blob.media_type;
    const bool config =
        oci::media_type::is_image_config(type) || type == oci::media_type::helm_config;
    const char* role = oci::media_type::is_layer(type) ? "layer" : config ? "config" : "blob";
    return fmt::format("{} {}", role, blob.digest.short_hex());
}

/// What the attempts to send one blob share. One thread at a time reads, but not always the same.
struct Transfer {
    Transfer(std::string name, Progress& watcher, std::stop_token token)
        : label(std::move(name)), progress(watcher), stop(std::move(token)) {}

    std::string label;
    Progress& progress;
    std::stop_token stop;
    std::atomic<std::uint64_t> reported = 0; ///< a repeated attempt reports only what is new
    std::atomic<bool> source_failed = false;

    void advance(std::uint64_t position) {
        const std::uint64_t before = reported;
        if (position <= before) return;
        reported = position;
        progress.moved(label, position - before);
    }
};

/// Passes a blob on, counts it, and remembers whether it was the source that failed.
class WatchedSource final : public Source {
public:
    WatchedSource(std::unique_ptr<Source> inner, std::shared_ptr<Transfer> transfer)
        : inner_(std::move(inner)), transfer_(std::move(transfer)) {}

    std::size_t read(std::span<std::byte> out) override {
        if (transfer_->stop.stop_requested())
            throw Error(ErrorCode::cancelled, "stopped on request");
        try {
            const std::size_t size = inner_->read(out);
            position_ += size;
            transfer_->advance(position_);
            return size;
        } catch (...) {
            transfer_->source_failed = true;
            throw;
        }
    }

private:
    std::unique_ptr<Source> inner_;
    std::shared_ptr<Transfer> transfer_;
    std::uint64_t position_ = 0;
};

/// "registry/team/app" split at the first slash; empty unless the rest is a repository's name.
struct Place {
    std::string_view registry;
    std::string_view repository;

    static Place of(std::string_view name) {
        const std::size_t slash = name.find('/');
        if (slash == std::string_view::npos || slash == 0) return {};
        const Place place{name.substr(0, slash), name.substr(slash + 1)};
        return oci::parse_repository_name(place.repository).has_value() ? place : Place{};
    }
};

class Copy {
public:
    Copy(Repository& source, Repository& destination, const CopyOptions& options,
         Progress& progress)
        : source_(source),
          destination_(destination),
          options_(options),
          progress_(progress),
          source_name_(source.name()),
          destination_name_(destination.name()) {}

    void blobs(const CopyPlan& plan, std::stop_source stop) {
        std::vector<const oci::Descriptor*> missing;
        for (const PlannedBlob& blob : plan.blobs) {
            if (blob.present)
                progress_.finished(label(blob.descriptor), "present");
            else
                missing.push_back(&blob.descriptor);
        }
        // The largest first: the last transfer to end decides how long it all takes.
        std::stable_sort(missing.begin(), missing.end(),
                         [](auto a, auto b) { return a->size > b->size; });
        for_each_parallel(missing.size(), options_.parallel_blobs, stop,
                          [&](std::size_t index) { blob(*missing[index], stop.get_token()); });
    }

    /// Children first; the last one gets the tag.
    void manifests(const CopyPlan& plan, std::string_view tag, std::stop_token stop) {
        for (const Document& document : plan.manifests) {
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
            const bool last = &document == &plan.manifests.back();
            manifest(document, last ? tag : std::string_view());
        }
    }

private:
    void blob(const oci::Descriptor& blob, std::stop_token stop) {
        const std::string name = label(blob);
        progress_.started(name, blob.size);
        if (try_mount(blob)) return progress_.finished(name, "mounted");
        auto transfer = std::make_shared<Transfer>(name, progress_, std::move(stop));
        try {
            destination_.push_blob(blob, [&] { return open(blob, transfer); });
        } catch (Error& error) {
            error.add_context(fmt::format("{} ({})", name, blob.digest.text()));
            if (error.code() != ErrorCode::cancelled)
                error.add_context(transfer->source_failed ? source_side : destination_side);
            throw;
        }
        progress_.finished(name, "copied");
    }

    std::unique_ptr<Source> open(const oci::Descriptor& blob,
                                 const std::shared_ptr<Transfer>& transfer) {
        transfer->source_failed = true; // until it is open
        auto inner = source_.fetch(blob, 0);
        transfer->source_failed = false;
        return std::make_unique<WatchedSource>(std::move(inner), transfer);
    }

    bool try_mount(const oci::Descriptor& blob) {
        const Place from = Place::of(source_name_);
        const Place to = Place::of(destination_name_);
        if (from.registry.empty() || from.registry != to.registry) return false;
        if (from.repository == to.repository) return false;
        try {
            return destination_.mount(blob, from.repository);
        } catch (Error& error) {
            // Mounting may need rights that copying does not.
            if (error.code() == ErrorCode::denied || error.code() == ErrorCode::unauthorized ||
                error.code() == ErrorCode::unsupported)
                return false;
            error.add_context(destination_side);
            throw;
        }
    }

    void manifest(const Document& document, std::string_view tag) {
        const oci::Descriptor& descriptor = document.descriptor;
        const std::string name = fmt::format("manifest {}", descriptor.digest.short_hex());
        progress_.started(name, descriptor.size);
        const bool present = at_side(destination_side, [&] { return is_there(descriptor, tag); });
        if (!present) at_side(destination_side, [&] { destination_.push_manifest(document, tag); });
        if (!present) progress_.moved(name, descriptor.size);
        progress_.finished(name, present ? "present" : "copied");
    }

    bool is_there(const oci::Descriptor& descriptor, std::string_view tag) {
        const auto found =
            destination_.resolve(tag.empty() ? std::string_view(descriptor.digest.text()) : tag);
        return found && found->digest == descriptor.digest;
    }

    Repository& source_;
    Repository& destination_;
    const CopyOptions& options_;
    Progress& progress_;
    std::string source_name_;
    std::string destination_name_;
};

} // namespace

void run_copy(const CopyPlan& plan, Repository& source, Repository& destination,
              std::string_view tag, const CopyOptions& options, Progress& progress,
              std::stop_token stop) {
    std::stop_source inner; // also stops the other transfers after the first error
    const std::stop_callback forward(stop, [&inner] { inner.request_stop(); });
    std::uint64_t bytes = plan.bytes_to_copy();
    std::size_t items = plan.manifests.size();
    for (const Document& document : plan.manifests) bytes += document.bytes.size();
    for (const PlannedBlob& blob : plan.blobs) items += blob.present ? 0 : 1;
    progress.expect(items, bytes);
    Copy copy(source, destination, options, progress);
    copy.blobs(plan, inner);
    copy.manifests(plan, tag, inner.get_token());
}

} // namespace berth::registry
