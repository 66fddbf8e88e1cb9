#pragma once

// Names the fields of an aggregate by structured bindings, one function for each number of fields. Returns what the caller makes of them, and
// nothing if one is a bit-field, which no reference binds to.

#include <cstddef>
#include <type_traits>

namespace carry::detail {

template <std::size_t count>
using FieldCount = std::integral_constant<std::size_t, count>;

template <class T, class Look>
constexpr auto look_at_fields(T&, Look look, FieldCount<0>) {
  return look();
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<1>) {
  auto& [a] = whole;
  if constexpr (requires { look(a); }) return look(a);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<2>) {
  auto& [a, b] = whole;
  if constexpr (requires { look(a, b); }) return look(a, b);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<3>) {
  auto& [a, b, c] = whole;
  if constexpr (requires { look(a, b, c); }) return look(a, b, c);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<4>) {
  auto& [a, b, c, d] = whole;
  if constexpr (requires { look(a, b, c, d); }) return look(a, b, c, d);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<5>) {
  auto& [a, b, c, d, e] = whole;
  if constexpr (requires { look(a, b, c, d, e); }) return look(a, b, c, d, e);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<6>) {
  auto& [a, b, c, d, e, f] = whole;
  if constexpr (requires { look(a, b, c, d, e, f); }) return look(a, b, c, d, e, f);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<7>) {
  auto& [a, b, c, d, e, f, g] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g); }) return look(a, b, c, d, e, f, g);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<8>) {
  auto& [a, b, c, d, e, f, g, h] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h); }) return look(a, b, c, d, e, f, g, h);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<9>) {
  auto& [a, b, c, d, e, f, g, h, i] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i); }) return look(a, b, c, d, e, f, g, h, i);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<10>) {
  auto& [a, b, c, d, e, f, g, h, i, j] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j); }) return look(a, b, c, d, e, f, g, h, i, j);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<11>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k); }) return look(a, b, c, d, e, f, g, h, i, j, k);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<12>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l); }) return look(a, b, c, d, e, f, g, h, i, j, k, l);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<13>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m); }) return look(a, b, c, d, e, f, g, h, i, j, k, l, m);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<14>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }) return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<15>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o); }) return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<16>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p); }) return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<17>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q); }) return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<18>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<19>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<20>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<21>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<22>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<23>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<24>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<25>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<26>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<27>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<28>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<29>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<30>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<31>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1);
}
template <class T, class Look>
constexpr auto look_at_fields(T& whole, Look look, FieldCount<32>) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1, f1] = whole;
  if constexpr (requires { look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1, f1); })
    return look(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a1, b1, c1, d1, e1, f1);
}

}  // namespace carry::detail
