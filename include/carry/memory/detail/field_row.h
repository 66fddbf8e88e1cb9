#pragma once

// Rows: what an aggregate is tried to be initialised with, in order to count its fields. See field_count.h.

#include <carry/memory/detail/aggregate_fields.h>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// Lengths of runs of values of any type; between two of them stand braces with two scalars, for a long array of scalars.
template <std::size_t... lengths>
struct Row {
  static constexpr std::size_t runs = sizeof...(lengths);
  static constexpr std::array<std::size_t, runs> length = {lengths...};
  static constexpr std::size_t places = (lengths + ...) + runs - 1;
};
inline constexpr std::size_t most_runs = 17;

template <std::size_t... i>
using Run = std::index_sequence<i...>;
template <class Value, std::size_t>
using ValueAt = Value;
template <class... V>
struct Braced {};
template <class... V>
struct Last {};

// Whether T can be initialised by runs of values, braces between them, and the last values.
template <class T, class... V, std::size_t... a>
consteval bool fits(Last<V...>, Run<a...>) {
  return requires { T{AnyValueAt<a>()..., V()...}; };
}
template <class T, class... V, class... P1, std::size_t... a, std::size_t... b>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Braced<P1...>) {
  return requires { T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., V()...}; };
}
template <class T, class... V, class... P1, class... P2, std::size_t... a, std::size_t... b, std::size_t... c>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Braced<P1...>, Braced<P2...>) {
  return requires { T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., V()...}; };
}
template <class T, class... V, class... P1, class... P2, class... P3, std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Braced<P1...>, Braced<P2...>, Braced<P3...>) {
  return requires { T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., {P3()...}, AnyValueAt<d>()..., V()...}; };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, std::size_t... a, std::size_t... b, std::size_t... c,
          std::size_t... d, std::size_t... e>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},          AnyValueAt<b>()..., {P2()...},          AnyValueAt<c>()...,
      {P3()...},          AnyValueAt<d>()..., {P4()...},          AnyValueAt<e>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, std::size_t... a, std::size_t... b, std::size_t... c,
          std::size_t... d, std::size_t... e, std::size_t... f>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Braced<P1...>, Braced<P2...>, Braced<P3...>,
                    Braced<P4...>, Braced<P5...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., {P3()...},
      AnyValueAt<d>()..., {P4()...}, AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, std::size_t... a, std::size_t... b,
          std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Braced<P1...>, Braced<P2...>,
                    Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},          AnyValueAt<b>()..., {P2()...},          AnyValueAt<c>()..., {P3()...},          AnyValueAt<d>()...,
      {P4()...},          AnyValueAt<e>()..., {P5()...},          AnyValueAt<f>()..., {P6()...},          AnyValueAt<g>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, std::size_t... a,
          std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g, std::size_t... h>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Braced<P1...>, Braced<P2...>,
                    Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., {P3()...}, AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...}, AnyValueAt<g>()..., {P7()...}, AnyValueAt<h>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8,
          std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g,
          std::size_t... h, std::size_t... i>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Braced<P1...>,
                    Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>, Braced<P8...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., {P3()...},
      AnyValueAt<d>()..., {P4()...}, AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...},
      AnyValueAt<g>()..., {P7()...}, AnyValueAt<h>()..., {P8()...}, AnyValueAt<i>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g,
          std::size_t... h, std::size_t... i, std::size_t... j>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>, Braced<P8...>,
                    Braced<P9...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...}, AnyValueAt<c>()..., {P3()...}, AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...}, AnyValueAt<g>()..., {P7()...}, AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...}, AnyValueAt<j>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g,
          std::size_t... h, std::size_t... i, std::size_t... j, std::size_t... k>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>, Braced<P8...>,
                    Braced<P9...>, Braced<P10...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...}, AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...}, AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...}, AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f,
          std::size_t... g, std::size_t... h, std::size_t... i, std::size_t... j, std::size_t... k, std::size_t... l>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>,
                    Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...},  AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...},  AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...}, AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., {P11()...}, AnyValueAt<l>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, class... P12, std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d, std::size_t... e,
          std::size_t... f, std::size_t... g, std::size_t... h, std::size_t... i, std::size_t... j, std::size_t... k, std::size_t... l,
          std::size_t... m>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Run<m...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>, Braced<P6...>,
                    Braced<P7...>, Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>, Braced<P12...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...}, AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...},  AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...}, AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...},  AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...}, AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., {P11()...}, AnyValueAt<l>()..., {P12()...},
      AnyValueAt<m>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, class... P12, class... P13, std::size_t... a, std::size_t... b, std::size_t... c, std::size_t... d,
          std::size_t... e, std::size_t... f, std::size_t... g, std::size_t... h, std::size_t... i, std::size_t... j, std::size_t... k,
          std::size_t... l, std::size_t... m, std::size_t... n>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Run<m...>, Run<n...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>,
                    Braced<P6...>, Braced<P7...>, Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>, Braced<P12...>, Braced<P13...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},          AnyValueAt<b>()..., {P2()...},          AnyValueAt<c>()..., {P3()...},          AnyValueAt<d>()...,
      {P4()...},          AnyValueAt<e>()..., {P5()...},          AnyValueAt<f>()..., {P6()...},          AnyValueAt<g>()..., {P7()...},
      AnyValueAt<h>()..., {P8()...},          AnyValueAt<i>()..., {P9()...},          AnyValueAt<j>()..., {P10()...},         AnyValueAt<k>()...,
      {P11()...},         AnyValueAt<l>()..., {P12()...},         AnyValueAt<m>()..., {P13()...},         AnyValueAt<n>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, class... P12, class... P13, class... P14, std::size_t... a, std::size_t... b, std::size_t... c,
          std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g, std::size_t... h, std::size_t... i, std::size_t... j,
          std::size_t... k, std::size_t... l, std::size_t... m, std::size_t... n, std::size_t... o>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Run<m...>, Run<n...>, Run<o...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>, Braced<P5...>,
                    Braced<P6...>, Braced<P7...>, Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>, Braced<P12...>, Braced<P13...>,
                    Braced<P14...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},  AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...},  AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...},  AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...},  AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...},  AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., {P11()...}, AnyValueAt<l>()..., {P12()...},
      AnyValueAt<m>()..., {P13()...}, AnyValueAt<n>()..., {P14()...}, AnyValueAt<o>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, class... P12, class... P13, class... P14, class... P15, std::size_t... a, std::size_t... b, std::size_t... c,
          std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g, std::size_t... h, std::size_t... i, std::size_t... j,
          std::size_t... k, std::size_t... l, std::size_t... m, std::size_t... n, std::size_t... o, std::size_t... p>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Run<m...>, Run<n...>, Run<o...>, Run<p...>, Braced<P1...>, Braced<P2...>, Braced<P3...>, Braced<P4...>,
                    Braced<P5...>, Braced<P6...>, Braced<P7...>, Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>, Braced<P12...>,
                    Braced<P13...>, Braced<P14...>, Braced<P15...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},  AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...},  AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...},  AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...},  AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...},  AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., {P11()...}, AnyValueAt<l>()..., {P12()...},
      AnyValueAt<m>()..., {P13()...}, AnyValueAt<n>()..., {P14()...}, AnyValueAt<o>()..., {P15()...}, AnyValueAt<p>()..., V()...};
  };
}
template <class T, class... V, class... P1, class... P2, class... P3, class... P4, class... P5, class... P6, class... P7, class... P8, class... P9,
          class... P10, class... P11, class... P12, class... P13, class... P14, class... P15, class... P16, std::size_t... a, std::size_t... b,
          std::size_t... c, std::size_t... d, std::size_t... e, std::size_t... f, std::size_t... g, std::size_t... h, std::size_t... i,
          std::size_t... j, std::size_t... k, std::size_t... l, std::size_t... m, std::size_t... n, std::size_t... o, std::size_t... p,
          std::size_t... q>
consteval bool fits(Last<V...>, Run<a...>, Run<b...>, Run<c...>, Run<d...>, Run<e...>, Run<f...>, Run<g...>, Run<h...>, Run<i...>, Run<j...>,
                    Run<k...>, Run<l...>, Run<m...>, Run<n...>, Run<o...>, Run<p...>, Run<q...>, Braced<P1...>, Braced<P2...>, Braced<P3...>,
                    Braced<P4...>, Braced<P5...>, Braced<P6...>, Braced<P7...>, Braced<P8...>, Braced<P9...>, Braced<P10...>, Braced<P11...>,
                    Braced<P12...>, Braced<P13...>, Braced<P14...>, Braced<P15...>, Braced<P16...>) {
  return requires {
    T{AnyValueAt<a>()..., {P1()...},  AnyValueAt<b>()..., {P2()...},  AnyValueAt<c>()..., {P3()...},  AnyValueAt<d>()..., {P4()...},
      AnyValueAt<e>()..., {P5()...},  AnyValueAt<f>()..., {P6()...},  AnyValueAt<g>()..., {P7()...},  AnyValueAt<h>()..., {P8()...},
      AnyValueAt<i>()..., {P9()...},  AnyValueAt<j>()..., {P10()...}, AnyValueAt<k>()..., {P11()...}, AnyValueAt<l>()..., {P12()...},
      AnyValueAt<m>()..., {P13()...}, AnyValueAt<n>()..., {P14()...}, AnyValueAt<o>()..., {P15()...}, AnyValueAt<p>()..., {P16()...},
      AnyValueAt<q>()..., V()...};
  };
}

template <class In, std::size_t count>
constexpr auto braced() {
  return []<std::size_t... i>(std::index_sequence<i...>) { return Braced<ValueAt<In, i>...>(); }(std::make_index_sequence<count>());
}
template <class T, class In, class R, std::size_t marked, std::size_t count, class... V>
consteval bool row_fits(Last<V...> last) {
  return [last]<std::size_t... i, std::size_t... j>(std::index_sequence<i...>, std::index_sequence<j...>) {
    return fits<T>(last, std::make_index_sequence<R::length[i]>()...,
                   braced<std::conditional_t<j + 1 == marked, In, ScalarValue>, (j + 1 == marked ? count : 2)>()...);
  }(std::make_index_sequence<R::runs>(), std::make_index_sequence<R::runs - 1>());
}

/// Whether T takes the row R, where the braces before run `marked` hold `count` values In, then V, and as many values as T still needs.
template <class T, class In, class R, std::size_t marked, std::size_t count, class... V, std::size_t... more>
consteval bool needs(Last<V...>, std::index_sequence<more...>) {
  return row_fits<T, In, R, marked, count>(Last<V..., AnyValueAt<more>...>());
}
template <class T, class In, class R, std::size_t marked, std::size_t count, class Last, std::size_t more = 0>
consteval bool takes_with_needed() {
  if constexpr (needs<T, In, R, marked, count>(Last(), std::make_index_sequence<more>())) {
    return true;
  } else if constexpr (more < needed_values<T>) {
    return takes_with_needed<T, In, R, marked, count, Last, more + 1>();
  } else {
    return false;
  }
}

/// Whether T takes the row, and whether it takes a V behind it.
template <class T, class R>
inline constexpr bool takes_row = takes_with_needed<T, AnyValue, R, 0, 0, Last<>>();
template <class T, class R, class V>
inline constexpr bool takes_behind = takes_with_needed<T, AnyValue, R, 0, 0, Last<V>>();

/// Whether T takes the row R, where the braces before run `marked` hold `count` values In.
template <class T, class R, std::size_t marked, class In, std::size_t count>
consteval bool takes_marked() {
  if constexpr (R::runs > most_runs) {
    return false;
  } else {
    return takes_with_needed<T, In, R, marked, count, Last<>>();
  }
}

/// A row with `more` values, or with braces, at its end.
template <class R, std::size_t more, bool braces>
constexpr auto extended() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    if constexpr (braces) {
      return Row<R::length[i]..., 0>();
    } else {
      return Row<(R::length[i] + (i + 1 == R::runs ? more : 0))...>();
    }
  }(std::make_index_sequence<R::runs>());
}
template <class R, std::size_t more>
using WithValues = decltype(extended<R, more, false>());
template <class R>
using WithBraces = decltype(extended<R, 0, true>());

/// The run in which a place lies, or behind which it is the braces; and where that run begins.
struct Where {
  std::size_t run = 0;
  std::size_t begin = 0;
};
template <class R>
constexpr Where find_place(std::size_t place) {
  Where found;
  while (found.run + 1 != R::runs && place > found.begin + R::length[found.run]) found.begin += R::length[found.run++] + 1;
  return found;
}
template <class R, std::size_t place>
inline constexpr Where where = find_place<R>(place);

template <class R, std::size_t places>
constexpr auto first_places() {
  return []<std::size_t... i>(std::index_sequence<i...>) {
    return Row<(i == where<R, places>.run ? places - where<R, places>.begin : R::length[i])...>();
  }(std::make_index_sequence<where<R, places>.run + 1>());
}

/// The row `Before`, braces, and what R has from a place on.
template <class Before, class R, std::size_t from>
constexpr auto joined() {
  return []<std::size_t... i, std::size_t... j>(std::index_sequence<i...>, std::index_sequence<j...>) {
    constexpr std::size_t run = where<R, from>.run;
    return Row<Before::length[i]..., (where<R, from>.begin + R::length[run] - from), R::length[run + 1 + j]...>();
  }(std::make_index_sequence<Before::runs>(), std::make_index_sequence<R::runs - where<R, from>.run - 1>());
}

}  // namespace carry::detail
