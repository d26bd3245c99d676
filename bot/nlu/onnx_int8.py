"""Makes an ONNX model whose weights are only stored as int8 also multiply in int8.

The packaged file turns its weights into floats and multiplies those: `Cast`, `Mul` by a scale for
each column, `MatMul`. ONNX Runtime has one operator for all three that is three times as fast.
The file is a protobuf message; what is not touched is copied byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

# Field numbers of onnx.proto.
_GRAPH, _OPSETS = 7, 8
_NODES, _TENSORS = 1, 5
_INPUTS, _OUTPUTS, _OPERATOR, _DOMAIN = 1, 2, 4, 7
_DIMENSIONS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
_SET_DOMAIN, _SET_VERSION = 1, 2

_VARINT, _BYTES = 0, 2
_FIXED: Final = {1: 8, 5: 4}
_UINT8: Final = 2
# Signed weights overflow on processors without VNNI, unsigned ones on none.
_ZERO: Final = 128
_RUNTIME: Final = b"com.microsoft"
_FAST: Final = b"DynamicQuantizeMatMul"


@dataclass(frozen=True)
class _Field:
    """One field of a message: its number, its payload if that is of bytes, and all of it."""

    number: int
    payload: bytes
    whole: bytes


def multiplying_in_int8(model: bytes) -> bytes:
    """The model file with its products of int8 weights computed as such."""
    parts = [
        _bytes_field(_GRAPH, _faster(list(_fields(field.payload))))
        if field.number == _GRAPH
        else field.whole
        for field in _fields(model)
    ]
    operators = _bytes_field(_SET_DOMAIN, _RUNTIME) + _number_field(_SET_VERSION, 1)
    return b"".join([*parts, _bytes_field(_OPSETS, operators)])


def _faster(graph: Sequence[_Field]) -> bytes:
    """The graph with its products replaced; the runtime drops nodes that nothing reads any more."""
    nodes = {
        output: node
        for node in graph
        if node.number == _NODES
        for output in _values(node, _OUTPUTS)
    }
    tensors = {_values(t, _NAME)[0]: t for t in graph if t.number == _TENSORS}
    replaced: dict[int, bytes] = {}
    for node in graph:
        stored = _stored_weights(node, nodes, tensors) if node.number == _NODES else None
        if stored is not None:
            replaced[id(node)] = _product(node, *stored)
    return b"".join(replaced.get(id(field), field.whole) for field in graph)


def _stored_weights(
    node: _Field, nodes: Mapping[bytes, _Field], tensors: Mapping[bytes, _Field]
) -> tuple[_Field, _Field] | None:
    """The int8 weights and the scales that `node` multiplies with, if that is what it does."""
    if _values(node, _OPERATOR) != [b"MatMul"]:
        return None
    scaled = nodes.get(_values(node, _INPUTS)[1])
    if scaled is None or _values(scaled, _OPERATOR) != [b"Mul"]:
        return None
    number, scales = _values(scaled, _INPUTS)
    cast = nodes.get(number)
    if cast is None or _values(cast, _OPERATOR) != [b"Cast"]:
        return None
    weights = tensors.get(_values(cast, _INPUTS)[0])
    return (weights, tensors[scales]) if weights is not None else None


def _product(node: _Field, weights: _Field, scales: _Field) -> bytes:
    """The fast node, and the constants it reads: weights, a scale and a zero for each column."""
    name = _values(weights, _NAME)[0]
    signed = np.frombuffer(_values(weights, _RAW)[0], dtype=np.int8).astype(np.int16)
    scale = _values(scales, _RAW)[0]
    columns = len(scale) // np.dtype(np.float32).itemsize
    shape = (len(signed) // columns, columns)
    constants = [
        _tensor(name + b"_u8", shape, _UINT8, (signed + _ZERO).astype(np.uint8).tobytes()),
        _tensor(name + b"_scale", (columns,), 1, scale),
        _tensor(name + b"_zero", (columns,), _UINT8, bytes([_ZERO]) * columns),
    ]
    names = [_values(node, _INPUTS)[0], name + b"_u8", name + b"_scale", name + b"_zero"]
    fast = [
        *(_bytes_field(_INPUTS, one) for one in names),
        *(_bytes_field(_OUTPUTS, one) for one in _values(node, _OUTPUTS)),
        _bytes_field(_OPERATOR, _FAST),
        _bytes_field(_DOMAIN, _RUNTIME),
    ]
    return b"".join([_bytes_field(_NODES, b"".join(fast)), *constants])


def _tensor(name: bytes, shape: Sequence[int], kind: int, raw: bytes) -> bytes:
    fields = [
        *(_number_field(_DIMENSIONS, size) for size in shape),
        _number_field(_TYPE, kind),
        _bytes_field(_NAME, name),
        _bytes_field(_RAW, raw),
    ]
    return _bytes_field(_TENSORS, b"".join(fields))


def _values(message: _Field, number: int) -> list[bytes]:
    """All payloads of a field of bytes in the message that `message` holds."""
    return [field.payload for field in _fields(message.payload) if field.number == number]


def _fields(message: bytes) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        begin = at
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        payload = b""
        if wire == _VARINT:
            _, at = _varint(message, at)
        elif wire == _BYTES:
            size, at = _varint(message, at)
            payload = message[at : at + size]
            at += size
        else:
            at += _FIXED[wire]
        yield _Field(number, payload, message[begin:at])


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number of variable length at `at`, and where it ends."""
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1


def _bytes_field(number: int, payload: bytes) -> bytes:
    return _packed(number << 3 | _BYTES) + _packed(len(payload)) + payload


def _number_field(number: int, value: int) -> bytes:
    return _packed(number << 3 | _VARINT) + _packed(value)


def _packed(value: int) -> bytes:
    packed = bytearray()
    while value > 0x7F:
        packed.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*packed, value])
