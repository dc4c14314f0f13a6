"""Conditions at the edges of what extension values, patterns and integers allow."""

from .expressions import quoted

LONGS = [0, 1, -1, 2, 3, 2**63 - 1, -(2**63), 2**62, -(2**62), 2**31, 2**32, 3037000499, 3037000500, -3037000500]
PIECES = ["a", "a", "b", "*", "*", "\\*", "\u00e9", "\u0301", "\\u{61}", "\\x62", "\\u{e9}", "\\n", "\\\\", "**"]
CONDITIONS = {
    "decimal": ["decimal({0}) == decimal({1})", "decimal({0}).lessThan(decimal({1}))",
                "decimal({0}).greaterThanOrEqual(decimal({1}))"],
    "duration": ["duration({0}) == duration({1})", "duration({0}) < duration({1})",
                 "duration({0}).toMilliseconds() <= duration({1}).toSeconds()",
                 "duration({0}).toDays() == duration({1}).toHours()",
                 "duration({0}).toMinutes() < -duration({1}).toMilliseconds()",
                 'datetime("1969-12-31T23:59:59.999Z").offset(duration({0})) < datetime("2000-01-01").offset(duration({1}))',
                 'datetime("1970-01-01").offset(duration({0})).toTime() == duration({1})',
                 'datetime("1970-01-01").offset(duration({0})).toDate() <= datetime("1970-01-01").offset(duration({1}))'],
    "datetime": ["datetime({0}) == datetime({1})", "datetime({0}) < datetime({1})",
                 "datetime({0}).toTime() < datetime({1}).toTime()", "datetime({0}).toDate() == datetime({1})",
                 'datetime({0}).durationSince(datetime({1})) > duration("0ms")'],
    "ip": ["ip({0}) == ip({1})", "ip({0}).isInRange(ip({1}))", "ip({0}).isInRange(ip({1}))",
           "ip({0}).isLoopback() == ip({1}).isLoopback()", "ip({0}).isMulticast() && ip({1}).isIpv4()",
           "ip({0}).isIpv6() || ip({1}).isIpv6()"],
}


class Edges:
    """Conditions of one dice."""

    def __init__(self, dice):
        self.dice = dice

    def condition(self):
        kind = self.dice.weighted((3, "decimal"), (3, "duration"), (3, "datetime"), (4, "ip"), (2, "like"), (1, "long"))
        if kind == "like":
            text = "".join(self.dice.choice("aab*\u00e9\u0301") for _ in range(self.dice.randint(0, 12)))
            pattern = "".join(self.dice.choice(PIECES) for _ in range(self.dice.randint(0, 9)))
            return f'{quoted(None, text)} like "{pattern}"'
        if kind == "long":
            operator = self.dice.choice(["<", "<=", ">", ">=", "==", "!="])
            return f"{self.long(self.dice.randint(0, 2))} {operator} {self.long(self.dice.randint(0, 2))}"
        one = self.spoiled(getattr(self, kind)())
        other = self.spoiled(getattr(self, kind)()) if self.dice.chance(0.6) else one
        return self.dice.choice(CONDITIONS[kind]).format(quoted(None, one), quoted(None, other))

    def spoiled(self, text):
        """Now and then with a character more, less or other than it should have."""
        for _ in range(self.dice.choice([0] * 12 + [1, 1, 2])):
            at = self.dice.randrange(len(text)) if text else 0
            end = at + self.dice.choice([0, 1, 1])
            put = "" if end > at and self.dice.chance(0.5) else self.dice.choice("0123456789.:/-+TZz dhms:abcfF%\u0661 ")
            text = text[:at] + put + text[end:]
        return text

    def digits(self, count):
        return "".join(self.dice.choice("0123456789") for _ in range(count))

    def long(self, depth):
        dice = self.dice
        if depth == 0:
            return f"({dice.choice(LONGS + [dice.randint(-100, 100)])})"
        if dice.chance(0.2):
            return f"-({self.long(depth - 1)})"
        return f"({self.long(depth - 1)} {dice.choice(['+', '-', '*'])} {self.long(depth - 1)})"

    def decimal(self):
        dice = self.dice
        whole = dice.choice(["922337203685477", "922337203685476", "0", "-0", "1", "-922337203685477", "00922337203685477"])
        if dice.chance(0.6):
            whole = dice.choice(["", "", "-", "-"]) + self.digits(dice.choice([1, 1, 1, 2, 3, 15, 16]))
        return whole + "." + dice.choice(["5807", "5808", "5809", "0", "00", "0000", "00000", self.digits(dice.randint(1, 4))])

    def duration(self):
        dice = self.dice
        counts = ["0", "1", "00", "106751991167", "2562047788015", "153722867280912", "9223372036854775",
                  "9223372036854775807", "9223372036854775808"]
        text = dice.choice(["", "", "", "-", "-"])
        for unit in ("d", "h", "m", "s", "ms"):
            if dice.chance(0.4):
                text += (dice.choice(counts) if dice.chance(0.5) else self.digits(dice.randint(1, 4))) + unit
        return text

    def datetime(self):
        dice = self.dice
        year = dice.choice(["0000", "0001", "1969", "1970", "2000", "1900", "2024", "2023", "9999", self.digits(4)])
        text = f"{year}-{dice.randint(1, 12):02}-{dice.choice([1, 28, 29, 30, 31, dice.randint(0, 32)]):02}"
        if dice.chance(0.7):
            text += f"T{dice.choice([0, 23, 24, 12]):02}:{dice.choice([0, 59, 60, 30]):02}:{dice.choice([0, 59, 60, 1]):02}"
            text += dice.choice(["", f".{dice.randint(0, 999):03}", f".{dice.randint(0, 999):03}", ".1"])
            zone = f"{dice.choice(['+', '-'])}{dice.choice([0, 12, 23, 24]):02}{dice.choice([0, 30, 59, 60]):02}"
            text += dice.choice(["Z", "Z", "", "+0000", zone, zone])
        return text

    def ip(self):
        dice = self.dice
        if dice.chance(0.45):
            parts = [str(dice.choice([0, 1, 10, 127, 128, 224, 239, 240, 255, dice.randint(0, 255)])) for _ in range(4)]
            return ".".join(parts) + (f"/{dice.choice([0, 1, 3, 4, 7, 8, 9, 31, 32, 33])}" if dice.chance(0.6) else "")
        groups = [f"{dice.choice([0, 0, 1, 0xffff, 0xff00, 0xfe80, dice.randint(0, 65535)]):x}" for _ in range(8)]
        text = ":".join(groups)
        if dice.chance(0.6):
            start = dice.randint(0, 8)
            text = ":".join(groups[:start]) + "::" + ":".join(groups[dice.randint(start, 8):])
        return text + (f"/{dice.choice([0, 1, 7, 8, 9, 64, 127, 128, 129])}" if dice.chance(0.6) else "")
