#pragma once

// Completion tokens that left Asio's namespace experimental between 1.22 and 1.30, and have been gone from it since.
#include <asio/version.hpp>

#if ASIO_VERSION < 103000
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
namespace tokens = ::asio::experimental;
#else
#include <asio/as_tuple.hpp>
#include <asio/deferred.hpp>
namespace tokens = ::asio;
#endif
