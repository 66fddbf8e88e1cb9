"""Teaches gdb to show carry's types: in gdb, `source .../carry_printers.py`. See docs/how-to/debug.md.

Only memory is read, and nothing is called in the program, so that it works with core files, too, and in a process that stands anywhere. What cannot be
true or cannot be read is said in place of the elements: an object that was never constructed must not hang gdb.
"""

import gdb
import gdb.printing

# A segment is smaller, and so is what is left of an address space that processes share.
MOST_BYTES = 1 << 44


class Problem(Exception):
    """Why an object cannot be shown. Its text stands where the elements would."""


def address_of(value):
    if value.address is None:
        raise Problem("not in memory, which distances are counted from")
    return int(value.address)


def at_distance(origin, distance, type_there):
    """A pointer to what lies `distance` bytes from the object `origin`."""
    pointer = type_there.pointer()
    mask = (1 << 8 * pointer.sizeof) - 1
    return gdb.Value((address_of(origin) + distance) & mask).cast(pointer)


def check_readable(pointer, count):
    """The ends are enough: gdb itself says so of an element between them that cannot be read."""
    size = pointer.dereference().type.sizeof * count
    if size == 0:
        return
    process = gdb.selected_inferior()
    first = int(pointer)
    process.read_memory(first, 1)
    process.read_memory(first + size - 1, 1)


def check_room(size, capacity, element_bytes):
    if size > capacity:
        raise Problem("corrupt: size %d, capacity %d" % (size, capacity))
    if capacity * max(element_bytes, 1) > MOST_BYTES:
        raise Problem("corrupt: capacity %d" % capacity)


def check_aligned(pointer):
    alignment = pointer.dereference().type.alignof
    if alignment > 1 and int(pointer) % alignment != 0:
        raise Problem("corrupt: elements at 0x%x" % int(pointer))


class Elements:
    """What lies one behind the other, in a carry::vector. Checked here, read when it is printed."""

    def __init__(self, vector):
        storage = vector["storage_"]
        type_of_elements = vector.type.strip_typedefs().template_argument(0)
        self.size = int(storage["size_"])
        self.capacity = int(storage["capacity_"])
        check_room(self.size, self.capacity, type_of_elements.sizeof)
        if self.size == 0:
            return
        self.first = at_distance(storage, int(storage["offset_"]), type_of_elements)
        check_aligned(self.first)
        check_readable(self.first, self.size)

    def __iter__(self):
        return ((self.first + i).dereference() for i in range(self.size))


def numbered(values):
    return (("[%d]" % i, value) for i, value in enumerate(values))


def alternating(pairs):
    return numbered(value for pair in pairs for value in pair)


class Printer:
    """gdb asks for the hint before the text, and shows a traceback of what is thrown: so all is decided when a printer is made.

    look() returns the text, and what children() gives or nothing.
    """

    hint = None

    def __init__(self, name, value):
        self.shown = ()
        try:
            self.text, self.shown = self.look(name, value)
        except Problem as problem:
            self.fail(name, problem)
        except gdb.MemoryError:
            self.fail(name, "not readable")
        except gdb.error as error:
            self.fail(name, error)

    def fail(self, name, reason):
        self.hint = None
        self.text = "%s <%s>" % (name, reason)

    def display_hint(self):
        return self.hint

    def to_string(self):
        return self.text


class ParentPrinter(Printer):
    """One with children."""

    def children(self):
        return iter(self.shown)


def counted(name, count):
    return "%s with %d element%s" % (name, count, "" if count == 1 else "s")


class VectorPrinter(ParentPrinter):
    hint = "array"
    member = "storage_"

    def look(self, name, value):
        elements = Elements(value)
        return "%s of length %d, capacity %d" % (name, elements.size, elements.capacity), numbered(elements)


class SetPrinter(ParentPrinter):
    hint = "array"

    def look(self, name, value):
        elements = Elements(self.elements_of(value))
        return counted(name, elements.size), numbered(elements)


class FlatSetPrinter(SetPrinter):
    member = "keys_"

    def elements_of(self, value):
        return value["keys_"]


class UnorderedSetPrinter(SetPrinter):
    member = "table_"

    def elements_of(self, value):
        return value["table_"]["elements_"]


class FlatMapPrinter(ParentPrinter):
    hint = "map"
    member = "storage_"

    def look(self, name, value):
        keys = Elements(value["storage_"]["keys"])
        values = Elements(value["storage_"]["values"])
        if keys.size != values.size:
            raise Problem("corrupt: %d keys, %d values" % (keys.size, values.size))
        return counted(name, keys.size), alternating(zip(keys, values))


class UnorderedMapPrinter(ParentPrinter):
    hint = "map"
    member = "table_"

    def look(self, name, value):
        elements = Elements(value["table_"]["elements_"])
        pairs = (element["pair"] for element in elements)
        return counted(name, elements.size), alternating((pair["first"], pair["second"]) for pair in pairs)


class StringPrinter(Printer):
    """24 bytes: see carry/container/detail/string_storage.h."""

    hint = "string"
    member = "storage_"

    def look(self, name, value):
        character = value.type.strip_typedefs().template_argument(0)
        bytes_field = value["storage_"]["bytes_"]
        content = bytes(int(bytes_field[i]) for i in range(24))
        words = [int.from_bytes(content[i : i + 8], "little") for i in (0, 8, 16)]
        if words[2] >> 63:
            size = words[1]
            check_room(size, words[2] & ~(1 << 63), character.sizeof)
            first = at_distance(bytes_field, words[0], character)
            check_readable(first, size)
        else:
            size = words[2] >> (64 - 8 * character.sizeof)
            check_room(size, 24 // character.sizeof - 2, character.sizeof)
            if bytes_field.address is None:
                return self.from_copy(content[: size * character.sizeof], character), ()
            first = at_distance(bytes_field, 0, character)
        return first.lazy_string(length=size), ()

    @staticmethod
    def from_copy(content, character):
        if not content:
            return ""
        return gdb.Value(content, character.array(len(content) // character.sizeof - 1))


class OffsetPtrPrinter(Printer):
    """As what get() returns, with its type: the text can be used in the next command."""

    member = "offset_"

    def look(self, name, value):
        type_there = value.type.strip_typedefs().template_argument(0)
        offset = int(value["offset_"])
        pointer = gdb.Value(0).cast(type_there.pointer()) if offset == 1 else at_distance(value, offset, type_there)
        return "(%s) %s" % (pointer.type, pointer.format_string()), ()


class SamplePrinter(ParentPrinter):
    member = "message_"

    def look(self, name, value):
        message = value["message_"]
        if int(message) == 0:
            return "%s, empty" % name, ()
        claim = gdb.selected_inferior().read_memory(int(value["claim_"]), 8)
        check_readable(message, 1)
        sequence = int.from_bytes(bytes(claim), "little")
        return "%s of message %d" % (name, sequence), (("message", message.dereference()),)


class LoanPrinter(ParentPrinter):
    member = "message_"

    def look(self, name, value):
        message = value["message_"]
        if int(message) == 0:
            return "%s, empty" % name, ()
        check_readable(message, 1)
        return name, (("message", message.dereference()),)


class Printers(gdb.printing.PrettyPrinter):
    """Finds the printer of a type by the name of its template."""

    by_name = {
        "carry::offset_ptr": OffsetPtrPrinter,
        "carry::vector": VectorPrinter,
        "carry::basic_string": StringPrinter,
        "carry::flat_set": FlatSetPrinter,
        "carry::flat_map": FlatMapPrinter,
        "carry::unordered_set": UnorderedSetPrinter,
        "carry::unordered_map": UnorderedMapPrinter,
        "carry::Sample": SamplePrinter,
        "carry::publish_subscribe::Loan": LoanPrinter,
    }

    def __init__(self):
        self.switches = {name: gdb.printing.SubPrettyPrinter(name) for name in self.by_name}
        super().__init__("carry", list(self.switches.values()))

    def __call__(self, value):
        if value.type.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            value = value.referenced_value()
        type_shown = value.type.strip_typedefs().unqualified()
        full_name = type_shown.tag
        if full_name is None or not full_name.startswith("carry::"):
            return None
        name = full_name.partition("<")[0]
        printer = self.by_name.get(name)
        # Not for what is nested in a class, nor for a class that the program only declares.
        if printer is None or not any(field.name == printer.member for field in type_shown.fields()):
            return None
        return printer(name, value) if self.switches[name].enabled else None


gdb.printing.register_pretty_printer(gdb.current_objfile(), Printers(), replace=True)
