"""Python's errors that beginners meet, each in a sentence of the lessons' own words."""

import re

from .running import message

SHAPE = (
    "If this is a shape, it has one number for each axis: (rows, columns), or (rows, columns, "
    "channels)."
)
# How an error begins that Python or NumPy writes, and what to say; {} is what stands in brackets.
SLIPS = {
    r"ValueError: too many values to unpack \(expected (\d+)": (
        f"There are more values than the {{}} names on the left of the =. {SHAPE}"
    ),
    r"ValueError: not enough values to unpack \(expected (\d+), got (\d+)\)": (
        f"There are more names on the left of the =, {{}}, than values for them, {{}}. {SHAPE}"
    ),
    r"TypeError: cannot unpack non-iterable (int|float|numpy.\w+)": (
        "Several names stand on the left of the =, but there is only one number for them."
    ),
    r"TypeError: (Cannot interpret '.*' as a data type|(zeros|ones)\(\) takes from)": (
        "np.zeros takes the shape as one thing, in brackets of its own: np.zeros((rows, columns)), "
        "with double brackets."
    ),
    r"TypeError: ('tuple'|'list') object cannot be interpreted as an integer": (
        "Several numbers stand where one is needed. Of a shape, shape[0] is the rows and shape[1] "
        "the columns."
    ),
    r"TypeError: (only integer scalar arrays can|'numpy.ndarray' object cannot)": (
        "A whole array stands where one whole number is needed. len(...) or shape[0] counts its "
        "rows. To join arrays, put square brackets around them: np.concatenate([first, second])."
    ),
    r"ValueError: all the input array dimensions except for the concatenation axis": (
        "Arrays that are joined should have the same shape, but for the axis along which they are "
        "joined. Print the shape of each."
    ),
    r"(TypeError: 'float' object cannot be interpreted|TypeError: slice indices must be|"
    r"TypeError: 'numpy.float64' object cannot be interpreted|IndexError: only integers)": (
        "A size, a place or the end of a range should be a whole number, but is something else. "
        "4 / 2 is 2.0, which does not do; 4 // 2 is the whole number 2."
    ),
    r"UnboundLocalError: cannot access local variable '(\w+)'": (
        "{} is used before it has a value. Where should it get its first one?"
    ),
    r"NameError: name '(\w+)' is not defined": (
        "There is nothing called {} here. Is it spelt differently elsewhere, or should it have "
        "been given a value first?"
    ),
    r"IndexError: index (-?\d+) is out of bounds for axis (\d+) with size (\d+)": (
        "Number {} does not exist along axis {}, which has {} (counted from 0). Does a window hang "
        "over the edge, or does a loop take a step too many?"
    ),
    r"IndexError: too many indices for array: array is (\d+)-dimensional, but (\d+)": (
        "The number of axes does not fit: the array has {}, and in the square brackets stand {} "
        "indices."
    ),
    r"IndexError: (list|tuple) index out of range": (
        "Something is picked from a {} that is shorter than that. Counting begins at 0."
    ),
    r"ValueError: operands could not be broadcast together with (?:remapped )?shapes (.*\))": (
        "Two arrays that should meet number by number have shapes that do not fit, {}. Is one of "
        "them a window that hangs over the edge, or one of another size than the kernel? (Both "
        "slices go into one pair of brackets, image[a:b, c:d]: image[a:b][c:d] picks rows twice.)"
    ),
    r"ValueError: could not broadcast input array from shape (.*) into shape (.*)": (
        "An array of shape {} is put into a place of shape {}. Are rows and columns swapped, does "
        "a slice end too early, or is a window cut short at the edge?"
    ),
    r"ValueError: negative dimensions": (
        "An array cannot have fewer than 0 rows or columns. Is something subtracted the wrong way "
        "round, or are the numbers of a shape read in another order?"
    ),
    r"AttributeError: 'numpy.ndarray' object has no attribute '(append|add|insert|extend)'": (
        "An array keeps its size, so it has no .{}. Make it large enough with np.zeros((rows, "
        "columns)), and put each number in its place: output[row, column] = ..."
    ),
    r"ValueError: matmul: ": (
        "@ needs as many columns on its left as there are rows on its right, but here the numbers "
        "differ."
    ),
    r"ValueError: cannot reshape array of size (\d+) into shape (.*)": (
        "{} numbers do not fill the shape {}: the product of its sizes has to be the same."
    ),
    r"(ValueError: setting an array element with a sequence|"
    r"TypeError: only (length-1|0-dimensional|size-1) arrays can)": (
        "One place holds one number, but an array was to go there. Is .sum() or .max() missing, or "
        "an index?"
    ),
    r"ValueError: The truth value of an array": (
        "`if`, max(...) and min(...) ask about one number, but this is an array of several. Of one "
        "array, .max() is the largest number; np.maximum(a, b) goes number by number."
    ),
    r"ValueError: zero-size array to reduction": (
        "A window has no number in it: it begins beyond the edge, or ends before it begins."
    ),
    r"(TypeError: .*'?NoneType'? object|TypeError: .* and 'NoneType'|TypeError: .*: 'NoneType')": (
        "Something is None that should be a number or an array. A function without a return, and "
        "a method that changes its array, give None."
    ),
    r"TypeError: .*ellipsis": "Three dots still wait for your code.",
    r"TypeError: .*(builtin_function_or_method|'method'|'function')": (
        "A function stands there without being called: round brackets after its name do that, as "
        "in .sum()."
    ),
    r"TypeError: '(numpy.ndarray|tuple|list|int|float|numpy.\w+)' object is not callable": (
        "Round brackets call a function. To pick, use square ones: image[i, j], shape[0]; to "
        "multiply, *."
    ),
    r"TypeError: list indices must be integers or slices, not tuple": (
        "This is a list, not an array: only an array is picked from with [i, j]. np.zeros((rows, "
        "columns)) makes an array."
    ),
    r"AttributeError: '(list|tuple|int|float)' object has no attribute '(\w+)'": (
        "This is of type {} and no array of NumPy, so it has no .{}."
    ),
    r"TypeError: '(int|float|numpy.\w+)' object is not iterable": (
        "A loop cannot go through a single number. range(n) counts from 0 to n - 1."
    ),
    r"(TypeError: '(int|float|numpy.float64)' object is not subscriptable|"
    r"IndexError: invalid index to scalar)": (
        "Square brackets pick from an array, but this is a single number."
    ),
    r"TypeError: \S+ takes (\d+) positional arguments? but (\d+) w": (
        "A function that takes {} is called with {}. (In a class, the first parameter is self.)"
    ),
    r"\w*TypeError: Cannot cast ufunc .* from dtype\('float\d+'\) to dtype\('u?int": (
        "An array of whole numbers cannot take up a fraction: begin with an array of floats, as "
        "np.zeros(shape) makes it without dtype=int."
    ),
    r"ZeroDivisionError": "Something is divided by 0.",
    r"RecursionError": "The function calls itself again and again, without an end.",
    r"ValueError: non-broadcastable output operand with shape (.*\)) doesn't match the broadcast "
    r"shape (.*\))": (
        "To a place of shape {} something is added that makes it of shape {}. A place keeps its "
        "shape: how large is what should go there?"
    ),
    r"TypeError: (unsupported operand type\(s\) for .*'tuple'|can only concatenate tuple)": (
        "A whole shape cannot be reckoned with like a number: shape[0] is its first number, "
        "shape[1] its second."
    ),
    r"AttributeError: module 'numpy' has no attribute 'ln'": (
        "NumPy calls the natural logarithm np.log."
    ),
    r"\w*MemoryError": "That is more than the memory can hold. Is a size far too large?",
}


def about(error: BaseException) -> str:
    """A sentence about an error that beginners meet; '' about any other."""
    text = message(error)
    for start, sentence in SLIPS.items():
        if found := re.match(start, text):
            return sentence.format(*found.groups())
    return ""
