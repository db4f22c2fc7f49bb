"""Whether an ONNX file from a stranger is a plain image classifier, decided before anything in it is run.

Only the graph's description is parsed (protocol buffers, no code). A file passes when it names no other file, uses
nothing but the operations of such networks, has static shapes that stay small, and has one input of the job's size
and one output of the job's classes.
"""

import onnx
from onnx import TensorProto

from reporting import Failure

# What ultralytics' classification networks export to, before and after simplification.
OPERATIONS = {
    *("Conv", "Gemm", "MatMul", "Add", "Mul", "Sub", "Div", "Sigmoid", "Softmax", "Relu", "HardSwish", "Clip"),
    *("Concat", "Split", "Slice", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Gather", "Shape"),
    *("MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMean", "BatchNormalization"),
    *("Identity", "Constant", "Cast"),
}
MAX_NODES = 2_000
# Numbers in one layer's output, and in all of them: the largest networks at 640 pixels have 10 and 300 million.
MAX_TENSOR_NUMBERS = 32_000_000
MAX_TOTAL_NUMBERS = 1_000_000_000
# At 640 pixels a side, where the largest network makes 8e10; what pooling compares counts as much.
MAX_MULTIPLICATIONS = 1.5e11
# What it takes to write a number of a layer's output, in multiplications: small networks write more than they multiply.
COST_OF_NUMBER = 20
# The largest network is a file of 218 MiB.
MAX_FILE_BYTES = 260 * 2**20


def most_multiplications(imgsz):
    """What an answer about one image may cost: a network's work grows with the image's area."""
    return MAX_MULTIPLICATIONS * (imgsz / 640) ** 2


def check_form(file, imgsz):
    """The parsed graph, and what an answer costs, in multiplications; a Failure says what is wrong with the file."""
    if file.stat().st_size > MAX_FILE_BYTES:
        raise unfit(f"the file is larger than {MAX_FILE_BYTES} bytes")
    try:
        model = onnx.load_model(file, load_external_data=False)
        assert_plain(model)
        onnx.checker.check_model(model, full_check=False)
        model = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    except Failure:
        raise
    except Exception as error:
        raise unfit(f"it cannot be read as an ONNX model ({type(error).__name__}: {str(error)[:200]})") from error
    return model, assert_small(model.graph, most_multiplications(imgsz))


def unfit(why):
    return Failure("adapter-invalid", why, "deliver the file that train_yolo.py exports")


def assert_plain(model):
    """No other files, no functions, no branches or loops, no operations beside the known ones."""
    graph = model.graph
    if model.functions or graph.sparse_initializer or model.training_info:
        raise unfit("the model defines functions, sparse tensors or training steps")
    if len(graph.node) > MAX_NODES:
        raise unfit(f"the graph has {len(graph.node)} nodes, more than {MAX_NODES}")
    tensors = list(graph.initializer)
    for node in graph.node:
        if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATIONS:
            name = f"{node.domain}:{node.op_type}" if node.domain else node.op_type
            raise unfit(f"the operation {name} is none of a classifier's")
        for attribute in node.attribute:
            if attribute.HasField("g") or attribute.graphs:
                raise unfit(f"the node {node.name} holds a graph of its own")
            tensors += [attribute.t] if attribute.HasField("t") else list(attribute.tensors)
    for tensor in tensors:
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise unfit(f"the tensor {tensor.name} lies in another file")


def sides_of(value):
    """A value's sides; every size must be known."""
    kind = value.type.tensor_type
    if not kind.HasField("shape"):
        raise unfit(f"the size of {value.name} is not fixed")
    if any(not side.HasField("dim_value") or side.dim_value < 0 for side in kind.shape.dim):
        raise unfit(f"the size of {value.name} is not fixed")
    return [side.dim_value for side in kind.shape.dim]


def assert_small(graph, most):
    """What an answer costs: the multiplications, `most` at most, and what it takes to write all numbers."""
    shapes = {value.name: sides_of(value) for value in [*graph.value_info, *graph.input, *graph.output]}
    unknown = next((name for node in graph.node for name in node.output if name and name not in shapes), None)
    if unknown is not None:
        raise unfit(f"the size of {unknown} is not fixed")
    sizes = {name: product(sides) for name, sides in shapes.items()}
    if max(sizes.values()) > MAX_TENSOR_NUMBERS or sum(sizes.values()) > MAX_TOTAL_NUMBERS:
        raise unfit("a layer's output is larger than any classifier's")
    weights = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    multiplications = 0
    for node in graph.node:
        if node.op_type in ("MaxPool", "AveragePool"):
            multiplications += sizes[node.output[0]] * product(window_of(node))
        elif node.op_type in ("Conv", "Gemm", "MatMul"):
            sides = weights.get(node.input[1])
            if sides is None and node.op_type == "Conv":
                raise unfit(f"the weights of {node.name} are not in the file")
            # Every output number sums one product for each weight of its channel.
            each = product(sides[1:]) if node.op_type == "Conv" else inner_side(node, {**shapes, **weights})
            multiplications += sizes[node.output[0]] * each
    if multiplications > most:
        raise unfit("it computes more than any classifier")
    return multiplications + COST_OF_NUMBER * sum(sizes.values())


def window_of(node):
    """The sides of what a pooling layer looks at for each number of its output."""
    return next((attribute.ints for attribute in node.attribute if attribute.name == "kernel_shape"), [])


def product(sides):
    count = 1
    for side in sides:
        count *= side
    return count


def inner_side(node, shapes):
    """The side that a matrix product sums over, or one that is no shorter: Gemm may turn its first factor."""
    sides = shapes.get(node.input[0]) or [MAX_TENSOR_NUMBERS]
    return sides[-1] if node.op_type == "MatMul" else max(sides)


def check_classes_and_size(model, imgsz, classes):
    """One float input (1, 3, imgsz, imgsz), one float output (1, classes)."""
    graph = model.graph
    names = {tensor.name for tensor in graph.initializer}
    inputs = [shape_of(value) for value in graph.input if value.name not in names]
    outputs = [shape_of(value) for value in graph.output]
    wanted = (TensorProto.FLOAT, [1, 3, imgsz, imgsz])
    if inputs != [wanted]:
        raise unfit(f"its input is {show(inputs)}; the job asks for one image of {imgsz} pixels, {show([wanted])}")
    if outputs != [(TensorProto.FLOAT, [1, classes])]:
        raise unfit(f"its output is {show(outputs)}; the job has {classes} classes, [1, {classes}]")


def shape_of(value):
    kind = value.type.tensor_type
    return kind.elem_type, [side.dim_value for side in kind.shape.dim]


def show(shapes):
    return " and ".join(str(sides) for _, sides in shapes) or "missing"
