// Membership: at no time are there members of two epoch tables, and what a member counts in keeps its name. Stands for src/platform/linux/epoch_files.cpp.
// Its steps are system calls on names and locks, which come in one order, so there is no memory to model. Each of PROCESSES joins and leaves ROUNDS
// times. One that is stopped is one that does nothing for long, which every process here may do anywhere; DEATHS of them die, anywhere, and the
// kernel frees their locks. Which table a process tries to join matters for how soon it succeeds, not for what is asserted: any.
// BUG chooses a mutation; see README.md.

#ifndef PROCESSES
#define PROCESSES 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef NAMES
#define NAMES 2
#endif
#ifndef FILES
#define FILES 5
#endif
#ifndef BUG
#define BUG 0
#endif

byte file_of[NAMES];         // which file has the name; 0: none
byte shared[FILES + 1];      // how many shared locks are held on a file
bit exclusive[FILES + 1];
byte made;                   // files, of which each is another one
byte member_of[PROCESSES];   // a file; 0: no member
byte deaths;

// Between any two steps a process may die. It comes again as another.
#if DEATHS
#define or_die() if :: skip :: d_step { deaths < DEATHS -> deaths++; let_go() }; goto born fi
#else
#define or_die() skip
#endif

inline let_go() {
  if :: has_shared -> shared[file]-- :: else fi;
  if :: has_exclusive -> exclusive[file] = 0 :: else fi;
  if :: has_other -> exclusive[other] = 0 :: else fi;
  has_shared = 0; has_exclusive = 0; has_other = 0; member_of[me] = 0
}

// others_have_members(). `i`, `other` and `found` are the process's.
inline look_at_others() {
  found = 0;
  i = 0;
  do
  :: i == NAMES -> break
  :: i != NAMES && i == name -> i++
  :: i != NAMES && i != name ->
     other = file_of[i];
     or_die();
     if
     :: d_step { if :: other != 0 && shared[other] != 0 -> found = 1 :: else fi; other = 0 }
     :: BUG == 8 -> other = 0
     fi;
     i++
  od;
  i = 0
}

proctype Process(byte me) {
  byte rounds, name, file, other, i, attempt;
  bit found, has_shared, has_exclusive, has_other;

born:
  skip;
  d_step { name = 0; file = 0; other = 0; i = 0; attempt = 0; found = 0 };
  if
  :: rounds == ROUNDS -> goto end
  :: else -> rounds++
  fi;

join:
  skip;
  d_step { name = 0; file = 0; other = 0; i = 0; found = 0 };
  do
  :: name + 1 < NAMES -> name++
  :: break
  od;
  // A table is linked if none has the name; then it is opened.
  if
  :: atomic { file_of[name] == 0 && made < FILES -> made++; file_of[name] = made }
  :: atomic { file_of[name] == 0 && made == FILES -> goto end }
  :: file_of[name] != 0
  fi;
  or_die();
  file = file_of[name];
  if :: file == 0 -> goto join :: else fi;
#if BUG == 2
  look_at_others();
  if :: found -> goto join :: else fi;
#endif
  or_die();
  if
  :: atomic { exclusive[file] == 0 -> shared[file]++; has_shared = 1 }
  :: atomic { exclusive[file] != 0 -> goto join }
  fi;
  or_die();
#if BUG != 3
  if
  :: atomic { file_of[name] != file -> shared[file]--; has_shared = 0; goto join }
  :: file_of[name] == file
  fi;
#endif
#if BUG != 1 && BUG != 2
  look_at_others();
  if
  :: atomic { found -> shared[file]--; has_shared = 0; goto join }
  :: !found
  fi;
#endif
  d_step {
    member_of[me] = file;
    i = 0;
    do
    :: i == PROCESSES -> break
    :: i != PROCESSES -> assert(member_of[i] == 0 || member_of[i] == file); i++
    od;
    i = 0;
    assert(file_of[name] == file)
  };
  or_die();

  // leave_domain()
  d_step { assert(file_of[name] == file); member_of[me] = 0 };
  attempt = 0;
  do
  :: attempt == 2 -> break
  :: attempt != 2 ->
     if
     :: atomic { exclusive[file] == 0 && shared[file] == has_shared -> shared[file] = 0; has_shared = 0; exclusive[file] = 1; has_exclusive = 1 }
     :: atomic { !(exclusive[file] == 0 && shared[file] == has_shared) }
     fi;
     or_die();
     if
     :: has_exclusive ->
#if BUG != 6
        if :: file_of[name] != file -> goto leave :: else fi;
#endif
        if
        :: goto leave  // somebody's segment is there
        :: skip
        fi;
        or_die();
#if BUG == 5
        d_step { exclusive[file] = 0; has_exclusive = 0 };
        or_die();
#endif
        d_step { assert(file_of[name] == file); file_of[name] = 0 };  // unlinkat() goes by the name
        i = 0;
        do
        :: i == NAMES -> break
        :: i != NAMES ->
           other = file_of[i];
           or_die();
           if
           :: atomic { other != 0 && exclusive[other] == 0 && (shared[other] == 0 || BUG == 4) -> exclusive[other] = 1; has_other = 1 };
              or_die();
              if
              :: file_of[i] == other || BUG == 7 ->
                 or_die();
                 d_step { assert(file_of[i] == other); file_of[i] = 0 }
              :: else
              fi;
              d_step { exclusive[other] = 0; has_other = 0 }
           :: else
           fi;
           i++
        od;
        break
     :: !has_exclusive -> atomic { if :: has_shared -> shared[file]--; has_shared = 0 :: else fi }; or_die()
     fi;
     attempt++
  od;
leave:
  skip;
  d_step { let_go() };
  goto born;
end:
  skip
}

init {
  atomic {
    byte p = 0;
    do
    :: p == PROCESSES -> break
    :: p != PROCESSES -> run Process(p); p++
    od
  }
}
