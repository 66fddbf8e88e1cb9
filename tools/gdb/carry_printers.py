"""Teaches gdb to show carry's types: in gdb, `source .../carry_printers.py`. See docs/how-to/debug.md.

Only memory is read, and nothing is called in the program, so that it works with core files, too, and in a process that stands anywhere.
What cannot be true or cannot be read is said in place of the elements: an object that was never constructed must not hang gdb.
"""

import os
import struct
import sys

import gdb
import gdb.printing

# Not __file__, which is the other one's where a Python script of somebody's sources this one.
sys.path.insert(0, os.path.dirname(os.path.realpath(sys._getframe().f_code.co_filename)))
from carry_memory import Elements, Problem, address_of, argument, at_distance, check_kept, check_readable, check_room, read  # noqa: E402

sys.path.pop(0)


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
            if value.address is not None:
                check_kept(int(value.address), value.type.sizeof)
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


class ListPrinter(ParentPrinter):
    """Each place has the distances to the one before and the one behind, and then the element: see carry/container/detail/list_links.h."""

    hint = "array"
    member = "root_"

    def look(self, name, value):
        size = int(value["size_"])
        element = argument(value, 0)
        check_room(size, size, 16 + element.sizeof)
        root = value["root_"]
        distances = int(root["previous_"]), int(root["next_"])
        if (size == 0) != (distances == (0, 0)):
            raise Problem("corrupt: size %d, the first %d bytes away" % (size, distances[1]))
        if size != 0:
            self.step(address_of(root), distances[1])
        return counted(name, size), numbered(self.walk(root, distances[1], size, element))

    @staticmethod
    def step(place, distance):
        """The place behind, and how far from it the next one is. Where each leads back to the one before, none comes twice."""
        behind = (place + distance) & (1 << 64) - 1
        back, distance_behind = struct.unpack("<qq", read(behind, 16))
        if back != -distance:
            raise Problem("corrupt: links at 0x%x" % behind)
        return behind, distance_behind

    def walk(self, root, distance, size, element):
        if size == 0:
            return
        place = start = address_of(root)
        alignment = max(element.alignof, 1)
        to_element = (16 + alignment - 1) // alignment * alignment
        try:
            for _ in range(size):
                place, distance = self.step(place, distance)
                if place == start:
                    raise Problem("corrupt: there are no more")
                yield gdb.Value(place + to_element).cast(element.pointer()).dereference()
        except Problem as problem:
            yield "<%s>" % problem
        except gdb.error:
            yield "<not readable>"


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


def from_copy(content, character):
    """Of a string that is not in memory, but in a variable of gdb's."""
    if not content:
        return ""
    return gdb.Value(content, character.array(len(content) // character.sizeof - 1))


class StringPrinter(Printer):
    """24 bytes: see carry/container/detail/string_storage.h."""

    hint = "string"
    member = "storage_"

    def look(self, name, value):
        character = argument(value, 0)
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
                return from_copy(content[: size * character.sizeof], character), ()
            first = at_distance(bytes_field, 0, character)
        return first.lazy_string(length=size), ()


class FixedStringPrinter(Printer):
    hint = "string"
    member = "storage_"

    def look(self, name, value):
        character = argument(value, 0)
        storage = value["storage_"]
        size = int(storage["size_"])
        check_room(size, int(argument(value, 1)), character.sizeof)
        places = storage["places_"]
        if places.address is None:
            return from_copy(bytes(int(places[i]) for i in range(size * character.sizeof)), character), ()
        return at_distance(places, 0, character).lazy_string(length=size), ()


class OffsetPtrPrinter(Printer):
    """As what get() returns, with its type: the text can be used in the next command."""

    member = "offset_"

    def look(self, name, value):
        type_there = argument(value, 0)
        offset = int(value["offset_"])
        pointer = gdb.Value(0).cast(type_there.pointer()) if offset == 1 else at_distance(value, offset, type_there)
        return "(%s) %s" % (pointer.type, pointer.format_string()), ()


class SamplePrinter(ParentPrinter):
    member = "message_"

    def look(self, name, value):
        message = value["message_"]
        if int(message) == 0:
            return "%s, empty" % name, ()
        check_readable(message, 1)
        sequence = int.from_bytes(read(int(value["claim_"]), 8), "little")
        return "%s of message %d" % (name, sequence), (("message", message.dereference()),)


class LoanPrinter(ParentPrinter):
    member = "message_"

    def look(self, name, value):
        message = value["message_"]
        if int(message) == 0:
            return "%s, empty" % name, ()
        check_readable(message, 1)
        return name, (("message", message.dereference()),)


def has_member(type_shown, name):
    """Itself, or from a base."""
    fields = type_shown.fields()
    return any(field.name == name or field.is_base_class and has_member(field.type.strip_typedefs(), name) for field in fields)


class Printers(gdb.printing.PrettyPrinter):
    """Finds the printer of a type by the name of its template."""

    by_name = {
        "carry::offset_ptr": OffsetPtrPrinter,
        "carry::vector": VectorPrinter,
        "carry::basic_string": StringPrinter,
        "carry::fixed_vector": VectorPrinter,
        "carry::basic_fixed_string": FixedStringPrinter,
        "carry::list": ListPrinter,
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
        if printer is None or not has_member(type_shown, printer.member):
            return None
        return printer(name, value) if self.switches[name].enabled else None


gdb.printing.register_pretty_printer(gdb.current_objfile(), Printers(), replace=True)
