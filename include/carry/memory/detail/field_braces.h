#pragma once

// What an aggregate is tried to be initialised with, in order to count its fields: so many {}, of which each initialises one field whatever it is,
// and what is given behind them. One line for each number, as a pack cannot be expanded into {}.

#include <carry/memory/detail/fields_to_32.h>

namespace carry::detail {

template <class Count, class T, class... Behind>
inline constexpr bool takes_braces = false;

template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<0>, T, B...> = requires { T{B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<1>, T, B...> = requires { T{{}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<2>, T, B...> = requires { T{{}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<3>, T, B...> = requires { T{{}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<4>, T, B...> = requires { T{{}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<5>, T, B...> = requires { T{{}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<6>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<7>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<8>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<9>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<10>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<11>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<12>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<13>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<14>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<15>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<16>, T, B...> = requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<17>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<18>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<19>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<20>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<21>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<22>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<23>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<24>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<25>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<26>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<27>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<28>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<29>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<30>, T, B...> =
    requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...}; };
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<31>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<32>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<33>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<34>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<35>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<36>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<37>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<38>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<39>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<40>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<41>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<42>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<43>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<44>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<45>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<46>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<47>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<48>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<49>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<50>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<51>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<52>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<53>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<54>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<55>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<56>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<57>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<58>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<59>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<60>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<61>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<62>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<63>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};
template <class T, class... B>
inline constexpr bool takes_braces<FieldCount<64>, T, B...> = requires {
  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {},    {},
    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, B()...};
};

}  // namespace carry::detail
