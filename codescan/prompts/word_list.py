# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Common English words that occur in for the names of a document."""

from __future__ import annotations

__all__ = ["WORDS"]

_TEXT = """
acorn amber anchor apple apron arrow autumn badge bakery bamboo banner barley barrel basin basket
beacon beaver bench berry birch blanket blossom bonnet border bottle boulder branch brass bread
breeze brick bridge broom brush bucket buckle bundle butter button cabin cabinet cactus camel
candle canoe canvas canyon carpet carrot castle cedar cellar chapel cherry chimney cider cinema
circus clay clover coast cobalt coffee comet copper coral corner cotton cradle crane crater
cricket crimson crystal curtain cushion daisy desert diamond dolphin donkey dragon drawer drum
dune eagle easel ember emerald falcon feather fence fern ferry fiddle finch flame flute forest
fossil fountain foxglove frost galaxy garden garlic garnet gate ginger glacier glove goblet
granite grape gravel hammer harbor harvest hazel heather hedge heron hinge hollow honey horizon
hornet icicle indigo iris island ivory jacket jasmine jungle juniper kernel kettle kitchen lagoon
lantern lattice laurel lavender ledge lemon lilac linen lizard locket lotus magnet mango maple
marble marsh meadow melon mirror mitten morning mosaic moss mountain mulberry museum mustard
needle nest nickel nutmeg oak oasis ocean olive onion opal orchard orchid otter oyster paddle
palace panther parade parcel parsley pasture pearl pebble pepper petal piano pigeon pillow pine
planet plaza plum pocket pond poplar porch prairie pumpkin puzzle quarry quartz quilt rabbit
radish raft rainbow raven reef ribbon ridge river robin rocket rose rudder saddle saffron sail
salmon sandal sapphire satin scarf sea shadow shell shore silver sleigh slope snow sparrow spice
spindle spruce squash stable steeple stone storm stove straw stream sugar summit sunset swallow
swan table tassel teapot temple thistle thread thunder timber tulip tunnel turnip turtle valley
vanilla velvet village violet walnut walrus willow window winter wolf wool yarrow yellow zebra
zenith
"""

WORDS = tuple(dict.fromkeys(_TEXT.split()))
"""None of them is a keyword of a programming language."""
