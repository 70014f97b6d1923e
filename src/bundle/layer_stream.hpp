// LayerStream: a layer's archive, from compressed bytes to checked plain bytes, on two threads.
//
//   open_layer -> count -> decompress -> [ring] -> diff-id -> [ring] -> the reader
//
// Fetching, checking and inflating run on one thread, hashing the plain bytes on another, the
// reader's own work (making files) on its own. A ring holds 2 MiB: two layers, the one being
// applied and the one after it, take 8 MiB.
#pragma once

#include "base/source.hpp"
#include "bundle/unpack.hpp"
#include "registry/progress.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace berth::bundle {

/// "layer 5d0da3dc9764": what messages and progress call it.
std::string layer_name(const ImageContent& image, std::size_t layer);

/// Starts at once: image.open_layer(layer) is called on a thread of the stream's. `image` and
/// `progress` must outlive it. At its end the diff-id has been compared over the whole stream.
std::unique_ptr<Source> open_layer_stream(const ImageContent& image, std::size_t layer,
                                          const UnpackLimits& limits, registry::Progress& progress);

} // namespace berth::bundle
