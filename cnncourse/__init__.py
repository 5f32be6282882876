"""Building a Convolutional Neural Network: the small NumPy package behind the lessons.

A good order to read it in, part by part; the first part is an afternoon.

The maths:

    shapes       name the axes of an array and check them
    window       how a window lies on an image
    kernels      kernels that people gave names to
    reference    every operation as plain loops, as the lessons derive them
    browser      what cannot run in a browser
    workspace    work arrays that are used again
    workers      pieces of work, dealt to threads
    convolution  correlate2d and conv2d with whole arrays; each operation returns (y, pull)
    pooling      max_pool2d, avg_pool2d and global_avg_pool2d
    ops          all operations: those two, relu, flatten, dense, softmax, ...
    layers       operations that own their parameters; Sequential, a network
    networks     the networks of the course
    gradcheck    the slope of anything, by nudging
    single       the operations for one picture at a time

Training:

    optim        one step downhill: SGD with momentum, Adam, learning-rate schedules
    crew         helpers in training: other processes
    train        batches(), fit(), accuracy()
    variations   pictures turned, moved, thicker, in negative
    recipes      training recipes with names: quick, minute, full

Looking inside:

    summary      shapes, parameters, multiply-adds, memory, receptive field
    budget       so many parameters, so many seconds, and by how much a network is over
    intervals    how sure a figure is
    experiments  setups that differ in one thing, run with several seeds
    invariance   what stays the same when a picture moves
    interpret    what a trained network sees
    selectivity  what its units answer to, as numbers
    stopwatch    how long something takes, beside what this machine can do

Data and storage:

    files        written whole or not at all
    pictures     a picture file read, and made into a digit
    coloured_shapes  coloured shapes, drawn by chance
    downloads    data that does not come with the course
    data         the digits, the shapes, the photographs
    own_pictures a folder of pictures, with a folder for each label
    storage      save and load a network

Elsewhere:

    elsewhere    the network as a PyTorch module and back, and as an ONNX file
    torch_training  the same training by PyTorch, in one process or several

Drawing:

    png          an array, as the bytes of a PNG file
    plots        a figure that shows itself
    curves       losses against the step, and steps on a loss
    architecture a network drawn from itself
    figures      arrays in, picture out
    report       a report card of a network, as a picture and as a page
    stills       a picture of a lab, for where it cannot run
    pixels       PixelGrid, a canvas of pixels for the interactive labs
    tiles        maps side by side in one picture
    linked       grids that answer together to what somebody points at

The course and its commands:

    course       the lessons in their order, in the one list of them
    checkup      is everything in its place?
    doctor       is this computer ready for the course?
    desk         the lessons on disk, and JupyterLab opened on them
    handed_in    the files with the results of a room, believed or not
    room         who is where, what stops most, which mistake most people made
    room_page    the same as a page that renews itself
    __main__     what one can type at the command line

Labs:

    explorers    sliders around plain functions

Exercises:

    exercises    what each exercise asks, its cases, its known mistakes

Predictions:

    predictions  what the lessons ask before they tell, and why the answer is the answer
"""

__version__ = "1.0.0rc1"
