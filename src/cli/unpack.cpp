#include "bundle/unpack.hpp"

#include "base/text.hpp"
#include "cli/content.hpp"
#include "cli/download.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace berth::cli {
namespace {

/// "C:H:S", as umoci writes id maps.
bundle::IdRange parse_range(std::string_view flag, const std::string& text) {
    constexpr std::uint64_t most = 0xffff'ffff;
    const auto parts = split(text, ':');
    std::vector<std::uint32_t> numbers;
    for (const auto part : parts) {
        if (const auto number = parse_number(part, most)) {
            numbers.push_back(static_cast<std::uint32_t>(*number));
        }
    }
    const bool good = parts.size() == 3 && numbers.size() == 3 && numbers[2] > 0;
    if (good) return {numbers[0], numbers[1], numbers[2]};
    throw Error(ErrorCode::usage, fmt::format("--{} is CONTAINER:HOST:SIZE, three numbers, not {}",
                                              flag, berth::quoted(text)));
}

std::vector<bundle::IdRange> id_map(const CommandLine& line, std::string_view flag) {
    std::vector<bundle::IdRange> ranges;
    for (const auto& text : line.values(flag)) ranges.push_back(parse_range(flag, text));
    return ranges;
}

bundle::UnpackOptions options_of(const Invocation& invocation) {
    bundle::UnpackOptions options;
    options.uid_map = id_map(invocation.line, "uid-map");
    options.gid_map = id_map(invocation.line, "gid-map");
    // who is not root has no other way; saying so saves them a failed run
    options.rootless =
        invocation.line.has("rootless") ||
        (invocation.environment().user_id != 0 && !invocation.line.switched_off("rootless"));
    return options;
}

std::unique_ptr<Source> open_stored(store::Store& store, const oci::Descriptor& layer) {
    auto file = store.open_blob(layer.digest);
    if (!file) {
        throw Error(ErrorCode::corrupt,
                    fmt::format("{} has gone from the store", item_name(layer)));
    }
    struct stat status {};
    if (::fstat(file->get(), &status) != 0 ||
        static_cast<std::uint64_t>(status.st_size) != layer.size) {
        throw Error(ErrorCode::corrupt, fmt::format("{} in the store has not its {} bytes",
                                                    item_name(layer), layer.size));
    }
    // its digest was checked when it entered the store; what it unpacks to is checked by diff-id
    return std::make_unique<FileSource>(std::move(*file), 0, layer.size);
}

/// Remembers the image under its name, so that it is found without a network and its blobs are
/// known to be in use. A tag that names the whole index of this image stays as it is.
void record(store::Store& store, const Location& location, const registry::Document& document,
            const registry::Document& manifest) {
    const auto local = store.repository(location.reference.name());
    const auto tag = location.reference.digest && !location.reference.tag
                         ? std::string()
                         : location.reference.tag.value_or("latest");
    const auto known = tag.empty() ? std::nullopt : local->resolve(tag);
    const bool whole = known && known->digest == document.descriptor.digest;
    local->push_manifest(manifest, whole ? "" : tag);
}

class Unpacking {
public:
    Unpacking(Invocation& invocation, const Location& location)
        : invocation_(invocation),
          location_(location),
          session_(invocation),
          source_(session_.source(location)) {}

    int run() {
        const std::filesystem::path target = invocation_.line.argument(1);
        const auto document = find_document(*source_, chosen_tag(*source_, location_));
        const auto manifest = find_manifest(*source_, document, platform());
        auto image = describe(manifest);
        const bool remote = location_.kind == Location::Kind::registry;
        const auto report =
            remote ? from_store(std::move(image), target) : from_layout(std::move(image), target);
        if (remote) record(session_.store(), location_, document, manifest);
        session_.end_progress();
        for (const auto& warning : report.warnings) invocation_.console().warn(warning);
        print(target, manifest, report);
        return 0;
    }

private:
    oci::Platform platform() const {
        const auto platforms = parse_platforms(invocation_.line.values("platform"));
        if (platforms.size() > 1) {
            throw Error(ErrorCode::usage, "a bundle is for one platform");
        }
        return platforms.empty() ? oci::Platform::host() : platforms.front();
    }

    bundle::ImageContent describe(const registry::Document& document) {
        auto manifest = oci::parse_manifest(document.bytes, document.descriptor.media_type).value();
        auto config = location_.kind == Location::Kind::registry ? stored_config(manifest)
                                                                 : read_config(*source_, manifest);
        return {std::move(manifest), std::move(config), {}};
    }

    /// Through the store, so that a second unpack does not ask for it again.
    oci::ImageConfig stored_config(const oci::Manifest& manifest) {
        const auto local = session_.store().repository(location_.reference.name());
        if (session_.store().open_blob(manifest.config.digest)) {
            return read_config(*local, manifest);
        }
        auto config = read_config(*source_, manifest);
        session_.store().fetch_blob(
            manifest.config, *source_, [](std::uint64_t) {}, session_.stop());
        return config;
    }

    bundle::UnpackReport from_store(bundle::ImageContent image,
                                    const std::filesystem::path& target) {
        const auto downloads = session_.progress();
        const auto unpacking = session_.progress();
        auto& store = session_.store();
        Download download(store, *source_, image.manifest.layers, session_.jobs(), *downloads,
                          session_.stop());
        image.open_layer = [&, layers = image.manifest.layers](std::size_t index) {
            const auto& layer = layers.at(index);
            download.wait(layer.digest);
            return open_stored(store, layer);
        };
        return bundle::unpack(image, target, options_of(invocation_), *unpacking, session_.stop());
    }

    bundle::UnpackReport from_layout(bundle::ImageContent image,
                                     const std::filesystem::path& target) {
        const auto progress = session_.progress();
        image.open_layer = [&, layers = image.manifest.layers](std::size_t index) {
            return source_->fetch(layers.at(index), 0);
        };
        return bundle::unpack(image, target, options_of(invocation_), *progress, session_.stop());
    }

    void print(const std::filesystem::path& target, const registry::Document& manifest,
               const bundle::UnpackReport& report) {
        json::Array warnings;
        for (const auto& warning : report.warnings) warnings.emplace_back(warning);
        json::Object value{{"bundle", target.string()},
                           {"reference", location_.text()},
                           {"digest", manifest.descriptor.digest.text()},
                           {"entries", report.entries},
                           {"bytes", report.bytes},
                           {"warnings", std::move(warnings)}};
        invocation_.print({std::move(value),
                           {{Section::Shape::card,
                             "",
                             {{"Bundle", "bundle"},
                              {"Reference", "reference", Column::Kind::text, true},
                              {"Digest", "digest"},
                              {"Entries", "entries"},
                              {"Size", "bytes", Column::Kind::size}}}},
                           "bundle"});
    }

    Invocation& invocation_;
    const Location& location_;
    Session session_;
    std::unique_ptr<registry::Repository> source_;
};

int unpack(Invocation& invocation) {
    const auto location = Location::parse(invocation.line.argument(0)).value();
    try {
        return Unpacking(invocation, location).run();
    } catch (Error& error) {
        if (error.code() == ErrorCode::cancelled) {
            error.set_hint(
                "no bundle was left behind; layers that were downloaded are kept, and "
                "the same command goes on from there");
        }
        throw;
    }
}

} // namespace

Command unpack_command() {
    return {.name = "unpack",
            .summary = "Make an OCI runtime bundle of an image",
            .description =
                "Writes BUNDLE/rootfs and BUNDLE/config.json, ready for runc run. Layers are "
                "fetched into the content store side by side while those that are there are "
                "unpacked. BUNDLE appears whole or not at all.\n\nWho is not root gets a rootless "
                "bundle: files belong to the caller, and what needs privilege is left out with a "
                "warning.",
            .examples = {{"an image from Docker Hub", "berth unpack debian:12 ./bundle"},
                         {"for another platform, from a layout",
                          "berth unpack --platform linux/arm64 oci:out:latest ./bundle"},
                         {"with container ids 0 to 65535 mapped to 100000 and up",
                          "berth unpack --uid-map 0:100000:65536 --gid-map 0:100000:65536 "
                          "debian:12 ./bundle"}},
            .arguments = {{.name = "REF", .help = "the image: see berth help references"},
                          {.name = "BUNDLE", .help = "directory that does not exist, or is empty"}},
            .flags = joined({{platform_flag("this machine's"),
                              {.name = "rootless",
                               .value = "",
                               .help = "for users who are not root; on by itself for them"},
                              {.name = "uid-map",
                               .value = "C:H:S",
                               .help = "container user ids from C are host ids from H, S of them",
                               .repeatable = true},
                              {.name = "gid-map",
                               .value = "C:H:S",
                               .help = "the same for group ids",
                               .repeatable = true},
                              jobs_flag(),
                              store_flag()},
                             registry_flags()}),
            .run = unpack};
}

} // namespace berth::cli
