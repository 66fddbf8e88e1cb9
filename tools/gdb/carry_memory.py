"""What carry_printers.py reads, and whether that can be true. All that is wrong with it is a Problem."""

import re
import struct

import gdb

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


def check_kept(address, count):
    if LostRanges.include(address, count):
        raise Problem("not in the core file")


def read(address, count):
    check_kept(address, count)
    return bytes(gdb.selected_inferior().read_memory(address, count))


def check_readable(pointer, count):
    """The ends are enough: gdb itself says so of an element between them that cannot be read."""
    size = pointer.dereference().type.sizeof * count
    if size == 0:
        return
    first = int(pointer)
    read(first, 1)
    read(first + size - 1, 1)


def check_room(size, capacity, element_bytes):
    if size > capacity:
        raise Problem("corrupt: size %d, capacity %d" % (size, capacity))
    if capacity * max(element_bytes, 1) > MOST_BYTES:
        raise Problem("corrupt: capacity %d" % capacity)


def check_aligned(pointer):
    alignment = pointer.dereference().type.alignof
    if alignment > 1 and int(pointer) % alignment != 0:
        raise Problem("corrupt: elements at 0x%x" % int(pointer))


def argument(value, number):
    """Of the template that the value's type is made of."""
    return value.type.strip_typedefs().template_argument(number)


class Elements:
    """What lies one behind the other, in a carry::vector or fixed_vector. Checked here, read when it is printed."""

    def __init__(self, vector):
        storage = vector["storage_"]
        is_fixed = not storage.type.has_key("capacity_")
        type_of_elements = argument(vector, 0)
        self.size = int(storage["size_"])
        self.capacity = int(argument(vector, 1) if is_fixed else storage["capacity_"])
        check_room(self.size, self.capacity, type_of_elements.sizeof)
        if self.size == 0:
            return
        if is_fixed:
            self.first = at_distance(storage["places_"], 0, type_of_elements)
        else:
            self.first = at_distance(storage, int(storage["offset_"]), type_of_elements)
        check_aligned(self.first)
        check_readable(self.first, self.size)

    def __iter__(self):
        return ((self.first + i).dereference() for i in range(self.size))


class LostRanges:
    """What a core file names but does not hold: Linux leaves segments out of it, because carry says so (MADV_DONTDUMP).

    gdb reads zeros there, or the file as it is now. Neither is what the process saw.
    """

    known = (None, ())  # the connection, and what is lost on it

    @classmethod
    def include(cls, address, count):
        connection = getattr(gdb.selected_inferior(), "connection", None)
        if connection is None or connection.type != "core":
            return False
        if cls.known[0] != connection.num:
            try:
                cls.known = (connection.num, tuple(cls.of_core_file()))
            except (OSError, struct.error):  # moved away, or cut off: then gdb's word must do
                cls.known = (connection.num, ())
        return any(first < address + count and address < last for first, last in cls.known[1])

    @classmethod
    def of_core_file(cls):
        path = re.search(r"core dump file:\n\s*`(.*)', file type", gdb.execute("info files", to_string=True))
        if path is None:
            return
        with open(path.group(1), "rb") as core:
            header = core.read(64)
            if header[:6] != b"\x7fELF\x02\x01":  # 64 bits, little-endian
                return
            position, sections = struct.unpack_from("<QQ", header, 32)
            size, count = struct.unpack_from("<HH", header, 54)
            if count == 0xFFFF:  # too many for this field: section 0 has the number
                core.seek(sections + 44)
                (count,) = struct.unpack("<I", core.read(4))
            core.seek(position)
            for i in range(count):
                kind, _, _, address, _, there, bytes_all = struct.unpack_from("<IIQQQQQ", core.read(size))
                if kind == 1 and there < bytes_all:
                    yield address + there, address + bytes_all
