// The loads that tools/bench_registry and tools/bench_browse put on a server.
#pragma once

#include "connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace load {

struct Options {
    Server server;
    int process = 0; ///< the server's, for its CPU time and memory; 0: not known
    std::size_t connections = 8;
    std::size_t count = 0; ///< operations; 0: as many as there is time for
    double seconds = 0;    ///< 0: until `count` is reached
    std::uint64_t size = 1024 * 1024;
    std::uint64_t chunk = 0; ///< 0: blobs are sent by one PUT
    std::string repository = "bench";
    std::string target;               ///< "{}" in it is the number of the operation
    std::vector<std::string> targets; ///< in place of it, one after the other, again and again
};

/// Each prints one JSON object about what it did. Throws std::runtime_error for every answer that
/// is not the expected one.
void get(const Options& options);
void head(const Options& options);
/// Pushes blobs that are not there.
void push(const Options& options);
/// Puts manifests, each another one, to `target`.
void put_manifests(const Options& options);
/// Puts one manifest with as many tags as `count`.
void put_tags(const Options& options);
/// Pushes an image with blobs of 1 and 100 MiB (times size / 1 MiB), tagged "latest".
void seed(const Options& options);
/// Makes `count` repositories of a hundred tags each, every other one a chart's; see fill.cpp.
void fill(const Options& options);
/// Clients that push images of one small blob and pull them.
void work(const Options& options);
/// `connections` uploads of `size` bytes that are all there before one of them is cancelled.
void upload_together(const Options& options);
/// `connections` that have asked once and wait.
void idle(const Options& options);

} // namespace load
