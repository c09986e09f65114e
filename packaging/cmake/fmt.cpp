// The compiled half of {fmt} for static builds: Debian ships it as a shared library only, and its header-only mode
// compiles it again in every source (2 s each, a minute a build).
#include <fmt/format-inl.h>

template auto fmt::detail::thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(locale_ref) -> char;
template auto fmt::detail::locale_ref::get<std::locale>() const -> std::locale;
