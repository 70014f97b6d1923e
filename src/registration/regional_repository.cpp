#include "registration/regional_repository.hpp"

#include "aws/error.hpp"
#include "base/synchronized.hpp"
#include "codec/verifying_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::registration {
namespace {

bool is_absence(const Error& error) {
    return error.code() == ErrorCode::blob_unknown || error.code() == ErrorCode::name_unknown ||
           error.code() == ErrorCode::manifest_unknown || error.code() == ErrorCode::not_found;
}

bool is_digest(std::string_view tag_or_digest) {
    return tag_or_digest.find(':') != std::string_view::npos;
}

} // namespace

struct RegionalRepository::Shared {
    Shared(std::vector<InRegion> places, std::shared_ptr<RegionBreaker> judge,
           RegionalOptions wishes)
        : regions(std::move(places)), breaker(std::move(judge)), options(std::move(wishes)) {}

    std::vector<InRegion> regions;
    std::shared_ptr<RegionBreaker> breaker; ///< of all repositories of the registry
    RegionalOptions options;
    std::vector<std::size_t> order = {}; ///< places in `regions`, the wanted one first
    std::string unknown = {};            ///< the region that is wanted, if it is none of them
    Synchronized<std::optional<ServedFrom>> served = {};

    /// Why each region that was tried before did not serve, and what is thrown if none does.
    struct Tried {
        std::string reasons = {};
        std::exception_ptr no_answer = {};
        void add(const std::string& reason) { reasons += (reasons.empty() ? "" : "; ") + reason; }
    };

    void note(const std::string& region, Tried tried) {
        if (!unknown.empty()) {
            tried.add(fmt::format("{} is not one of the registry's regions", unknown));
        }
        const ServedFrom from{region, tried.reasons};
        served.with([&](auto& last) { last = from; });
        if (!tried.reasons.empty() && options.told)
            options.told(regions.front().repository->name(), from);
    }

    /// `act` on a repository of each region in turn until one has it: gives what it gives, or an
    /// empty one if no region has it. Throws what the first without an answer threw, if it may be
    /// there.
    template <class Act>
    auto read(const Act& act) -> decltype(act(*regions.front().repository)) {
        std::size_t at = 0;
        return read_from(at, act, {});
    }

    /// The same from place `at` of the order on, which becomes the place of what served.
    template <class Act>
    auto read_from(std::size_t& at, const Act& act, Tried tried)
        -> decltype(act(*regions.front().repository)) {
        for (; at < order.size(); ++at) {
            const InRegion& place = regions[order[at]];
            const bool last_hope = at + 1 == order.size() && !tried.no_answer;
            if (!breaker->may_ask(place.region) && !last_hope) {
                tried.add(fmt::format("{} is left alone for a while: {}", place.region,
                                      breaker->trouble(place.region)));
                if (!tried.no_answer)
                    tried.no_answer =
                        std::make_exception_ptr(Error(ErrorCode::unreachable, tried.reasons));
                continue;
            }
            if (auto found = ask(place, act, tried)) {
                note(place.region, tried);
                return found;
            }
        }
        if (tried.no_answer) std::rethrow_exception(tried.no_answer);
        return {};
    }

    template <class Act>
    auto ask(const InRegion& place, const Act& act, Tried& tried)
        -> decltype(act(*place.repository)) {
        try {
            auto found = act(*place.repository);
            breaker->worked(place.region);
            if (!found) tried.add(fmt::format("{} does not have it", place.region));
            return found;
        } catch (const Error& error) {
            if (is_absence(error)) {
                breaker->worked(place.region);
                tried.add(fmt::format("{} does not have it", place.region));
                return {};
            }
            if (!aws::is_no_answer(error)) throw;
            breaker->failed(place.region, error.message());
            tried.add(fmt::format("{} does not answer: {}", place.region, error.message()));
            if (!tried.no_answer) tried.no_answer = std::current_exception();
            return {};
        }
    }

    /// In the default region, since what is asked for may be another thing elsewhere.
    template <class Act>
    auto at_home(const Act& act) -> decltype(act(*regions.front().repository)) {
        const InRegion& place = regions.front();
        if (!breaker->may_ask(place.region, Instead::nothing))
            throw only_home(Error(ErrorCode::unreachable,
                                  fmt::format("{} is left alone for a while: {}", place.region,
                                              breaker->trouble(place.region))));
        try {
            auto found = act(*place.repository);
            breaker->worked(place.region);
            return found;
        } catch (const Error& error) {
            if (!aws::is_no_answer(error)) throw;
            breaker->failed(place.region, error.message());
            throw only_home(error);
        }
    }

    Error only_home(Error error) const {
        if (regions.size() < 2) return error;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.patience);
        const auto deadline =
            seconds.count() > 0
                ? fmt::format(", which has {} s to answer (ecr.failover_after)", seconds.count())
                : std::string();
        error.set_hint(
            fmt::format("tags count in the default region {} alone{}: another region may have "
                        "another image by the same tag. Ask by digest, which {} may serve",
                        regions.front().region, deadline, regions[1].region));
        return error;
    }
};

/// A blob that goes on in another region where one fails.
class RegionalRepository::Content final : public Source {
public:
    /// Where in Shared::order it is read from, and from which byte on.
    struct Begun {
        std::size_t at;
        std::uint64_t position;
        std::unique_ptr<Source> source;
    };

    Content(std::shared_ptr<Shared> shared, oci::Descriptor blob, std::uint64_t offset)
        : Content(std::move(shared), std::move(blob), Begun{0, offset, nullptr}) {
        open({});
    }
    Content(std::shared_ptr<Shared> shared, oci::Descriptor blob, Begun begun)
        : shared_(std::move(shared)),
          blob_(std::move(blob)),
          position_(begun.position),
          at_(begun.at),
          source_(std::move(begun.source)) {}

    std::size_t read(std::span<std::byte> out) override {
        while (true) {
            try {
                const std::size_t size = source_->read(out);
                position_ += size;
                return size;
            } catch (const Error& error) {
                if (!aws::is_no_answer(error)) throw;
                const std::string& region = shared_->regions[shared_->order[at_]].region;
                shared_->breaker->failed(region, error.message());
                Shared::Tried tried;
                tried.add(fmt::format("{} broke off: {}", region, error.message()));
                tried.no_answer = std::current_exception();
                ++at_; // each region once: two that fail in turn would never end
                open(std::move(tried));
            }
        }
    }

private:
    void open(Shared::Tried tried) {
        const auto fetch = [&](registry::Repository& repository) {
            return repository.fetch(blob_, position_);
        };
        source_ = shared_->read_from(at_, fetch, std::move(tried));
        if (!source_)
            throw Error(
                ErrorCode::blob_unknown,
                fmt::format("there is no blob {} of {} in any region", blob_.digest.short_hex(),
                            shared_->regions.front().repository->name()));
    }

    std::shared_ptr<Shared> shared_;
    oci::Descriptor blob_;
    std::uint64_t position_;
    std::size_t at_;
    std::unique_ptr<Source> source_;
};

RegionalRepository::RegionalRepository(std::vector<InRegion> regions,
                                       std::shared_ptr<RegionBreaker> breaker,
                                       RegionalOptions options)
    : shared_(
          std::make_shared<Shared>(std::move(regions), std::move(breaker), std::move(options))) {
    auto& order = shared_->order;
    shared_->unknown = shared_->options.wanted;
    for (std::size_t at = 0; at < shared_->regions.size(); ++at) {
        const bool wanted = shared_->regions[at].region == shared_->options.wanted;
        order.insert(wanted ? order.begin() : order.end(), at);
        if (wanted) shared_->unknown.clear();
    }
}

RegionalRepository::~RegionalRepository() = default;

registry::Repository& RegionalRepository::home() const {
    return *shared_->regions.front().repository;
}

std::optional<ServedFrom> RegionalRepository::served() const {
    return shared_->served.with([](const auto& last) { return last; });
}

std::optional<oci::Descriptor> RegionalRepository::resolve(std::string_view tag_or_digest) {
    const auto act = [&](registry::Repository& each) { return each.resolve(tag_or_digest); };
    return is_digest(tag_or_digest) ? shared_->read(act) : shared_->at_home(act);
}

std::optional<registry::Document> RegionalRepository::manifest(std::string_view tag_or_digest) {
    const auto act = [&](registry::Repository& each) { return each.manifest(tag_or_digest); };
    if (is_digest(tag_or_digest)) return shared_->read(act);
    // The wanted region may be another one: the tag becomes a digest, and that is read there.
    if (shared_->order.front() != 0) {
        const auto resolved = resolve(tag_or_digest);
        return resolved ? manifest(resolved->digest.text()) : std::nullopt;
    }
    auto found = shared_->at_home(act);
    if (found) shared_->note(shared_->regions.front().region, {});
    return found;
}

bool RegionalRepository::has_blob(const oci::Descriptor& blob) {
    const auto act = [&](registry::Repository& each) {
        return each.has_blob(blob) ? std::optional(true) : std::nullopt;
    };
    return shared_->read(act).has_value();
}

std::optional<std::uint64_t> RegionalRepository::blob_size(const oci::Digest& blob) {
    return shared_->read([&](registry::Repository& each) { return each.blob_size(blob); });
}

/// What begins in one region and ends in another is verified as a whole.
std::unique_ptr<Source> RegionalRepository::verified(std::unique_ptr<Source> content,
                                                     const oci::Descriptor& blob) const {
    return std::make_unique<codec::VerifyingSource>(
        std::move(content), blob.digest, blob.size,
        fmt::format("blob {} of {}", blob.digest.short_hex(), name()));
}

std::unique_ptr<Source> RegionalRepository::fetch(const oci::Descriptor& blob,
                                                  std::uint64_t offset) {
    auto content = std::make_unique<Content>(shared_, blob, offset);
    if (offset > 0) return content;
    return verified(std::move(content), blob);
}

std::optional<registry::OpenedBlob> RegionalRepository::open_blob(
    const oci::Digest& digest, const std::optional<registry::RangeWanted>& wanted) {
    std::size_t at = 0;
    const auto act = [&](registry::Repository& each) { return each.open_blob(digest, wanted); };
    auto opened = shared_->read_from(at, act, {});
    if (!opened || !opened->content) return opened;
    const auto part = registry::part_of(opened->size, wanted).value();
    const oci::Descriptor blob{.media_type = {}, .digest = digest, .size = opened->size};
    opened->content = std::make_unique<Content>(
        shared_, blob, Content::Begun{at, part.first, std::move(opened->content)});
    if (part.length == blob.size) opened->content = verified(std::move(opened->content), blob);
    return opened;
}

namespace {

[[noreturn]] void refuse_writing(const std::string& name) {
    throw Error(ErrorCode::unsupported,
                fmt::format("{} is opened for reading, in several regions", name))
        .set_hint("write to one region");
}

} // namespace

void RegionalRepository::push_blob(const oci::Descriptor&, const registry::OpenContent&) {
    refuse_writing(name());
}

bool RegionalRepository::mount(const oci::Descriptor&, std::string_view) {
    refuse_writing(name());
}

void RegionalRepository::push_manifest(const registry::Document&, std::string_view) {
    refuse_writing(name());
}

registry::Page RegionalRepository::tags(std::string_view after, std::size_t limit) {
    return *shared_->at_home(
        [&](registry::Repository& each) { return std::optional(each.tags(after, limit)); });
}

std::vector<oci::Descriptor> RegionalRepository::referrers(const oci::Digest& subject,
                                                           std::string_view artifact_type) {
    // An empty list is an answer: it goes no further than to a region that gives one.
    const auto found = shared_->read([&](registry::Repository& each) {
        return std::optional(each.referrers(subject, artifact_type));
    });
    return found.value_or(std::vector<oci::Descriptor>{});
}

} // namespace berth::registration
