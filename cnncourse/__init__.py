"""Building a Convolutional Neural Network: the small NumPy package behind the lessons.

A good order to read it in, an afternoon in all:

    shapes       name the axes of an array and check them
    window       how a window lies on an image
    kernels      kernels that people gave names to
    reference    every operation as plain loops, as the lessons derive them
    workspace    work arrays that are used again
    workers      pieces of work, dealt to threads
    convolution  correlate2d and conv2d with whole arrays; each operation returns (y, pull)
    pooling      max_pool2d, avg_pool2d and global_avg_pool2d
    ops          all operations: those two, relu, flatten, dense, softmax, ...
    layers       operations that own their parameters; Sequential, a network
    networks     the networks of the course
    optim        one step downhill: SGD with momentum, Adam, learning-rate schedules
    train        batches(), fit(), accuracy()
    variations   pictures turned, moved, thicker, in negative
    recipes      training recipes with names: quick, minute, full
    crew         helpers in training: other processes
    summary      shapes, parameters, multiply-adds, memory, receptive field
    gradcheck    the slope of anything, by nudging
    files        written whole or not at all
    pictures     a picture file read, and made into a digit
    data         the digits, the photographs
    storage      save and load a network
    invariance   what stays the same when a picture moves
    single       the operations for one picture at a time
    outline      the lessons in their order
    checkup      is everything in its place?
    architecture a network drawn from itself
    png          pictures as small files
    figures      arrays in, picture out
    stills       a picture of a lab, for where it cannot run
    pixels       PixelGrid, a canvas of pixels for the interactive labs
    linked       grids that answer together to what somebody points at
    predictions  what the lessons ask before they tell, and why the answer is the answer
    explorers    the labs: sliders around plain functions
    exercises    what each exercise asks, its cases, its known mistakes
"""

__version__ = "0.1.0"
