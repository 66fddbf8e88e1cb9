#pragma once

namespace carry::test {

/// For main(), before anything uses carry: gives this process and its children a domain of their own, unless the environment names one.
/// At exit, after the participant has left, the process fails if anything of that domain is still there.
void use_own_domain();

}  // namespace carry::test
