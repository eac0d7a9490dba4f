// What the published list is made of, read off declarations and samples by catalogue.test.ts with
// UPDATE_GOLDEN=1. A line for each op: PyTorch's page, where it is called, parameters, options, dtypes, gradient.
import { readFacts } from './catalogue-lines';

export const facts = readFacts(`
abs | torch.abs | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
acos | torch.acos | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
acosh | torch.acosh | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
adaptiveAvgPool1d | torch.nn.functional.adaptive_avg_pool1d | Tensor F | x outputSize |  | float32 float64 | gradient
adaptiveAvgPool2d | torch.nn.functional.adaptive_avg_pool2d | Tensor F | x outputSize |  | float32 float64 | gradient
adaptiveMaxPool1d | torch.nn.functional.adaptive_max_pool1d | Tensor F | x outputSize |  | float32 float64 int32 | gradient
adaptiveMaxPool2d | torch.nn.functional.adaptive_max_pool2d | Tensor F | x outputSize |  | float32 float64 int32 | gradient
add | torch.add | Tensor retrograd | x other | alpha | float32 float64 int32 bool | gradient
addmm | torch.addmm | Tensor retrograd | x mat1 mat2 | beta alpha | float32 float64 int32 bool | gradient
all | torch.all | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool |
allclose | torch.allclose | Tensor retrograd | x other | rtol atol equalNan | float32 float64 int32 bool |
amax | torch.amax | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool | gradient
amin | torch.amin | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool | gradient
any | torch.any | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool |
arange | torch.arange | retrograd | end | start step dtype requiresGrad | float32 float64 int32 bool |
argmax | torch.argmax | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool |
argmin | torch.argmin | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool |
argsort | torch.argsort | Tensor retrograd | x | descending stable dim | float32 float64 int32 bool |
asin | torch.asin | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
asinh | torch.asinh | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
at | torch.Tensor.__getitem__ | Tensor | x ...indices |  | float32 float64 int32 bool | gradient
atan | torch.atan | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
atan2 | torch.atan2 | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
atanh | torch.atanh | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
avgPool1d | torch.nn.functional.avg_pool1d | Tensor F | x kernelSize | stride padding ceilMode countIncludePad | float32 float64 | gradient
avgPool2d | torch.nn.functional.avg_pool2d | Tensor F | x kernelSize | stride padding ceilMode countIncludePad divisorOverride | float32 float64 | gradient
batchNorm | torch.nn.functional.batch_norm | F | x runningMean runningVar | training momentum weight bias eps | float32 float64 | gradient
bernoulli | torch.bernoulli | Tensor retrograd | x |  | float32 float64 |
binaryCrossEntropy | torch.nn.functional.binary_cross_entropy | F | input target | weight reduction | float32 float64 | gradient
binaryCrossEntropyWithLogits | torch.nn.functional.binary_cross_entropy_with_logits | F | input target | posWeight weight reduction | float32 float64 | gradient
bmm | torch.bmm | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
broadcastTo | torch.broadcast_to | Tensor retrograd | x shape |  | float32 float64 int32 bool | gradient
cat | torch.cat | retrograd | tensors | dim | float32 float64 int32 bool | gradient
ceil | torch.ceil | Tensor retrograd | x |  | float32 float64 int32 | gradient
celu | torch.nn.functional.celu | Tensor F | x | alpha | float32 float64 | gradient
chunk | torch.chunk | Tensor retrograd | x chunks | dim | float32 float64 int32 bool | gradient
clamp | torch.clamp | Tensor retrograd | x | min max | float32 float64 int32 | gradient
clip | torch.clip | Tensor retrograd | x | min max | float32 float64 int32 | gradient
clone | torch.clone | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
contiguous | torch.Tensor.contiguous | Tensor | x |  | float32 float64 int32 bool | gradient
conv1d | torch.nn.functional.conv1d | Tensor F | x weight | bias stride padding dilation groups | float32 float64 int32 bool | gradient
conv2d | torch.nn.functional.conv2d | Tensor F | x weight | bias stride padding dilation groups | float32 float64 int32 bool | gradient
convTranspose1d | torch.nn.functional.conv_transpose1d | Tensor F | x weight | bias stride padding outputPadding groups dilation | float32 float64 int32 bool | gradient
convTranspose2d | torch.nn.functional.conv_transpose2d | Tensor F | x weight | bias stride padding outputPadding groups dilation | float32 float64 int32 bool | gradient
cos | torch.cos | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
cosh | torch.cosh | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
cosineSimilarity | torch.nn.functional.cosine_similarity | F | x1 x2 | dim eps | float32 float64 | gradient
countNonzero | torch.count_nonzero | Tensor retrograd | x | dim | int32 |
crossEntropy | torch.nn.functional.cross_entropy | F | input target | labelSmoothing weight ignoreIndex reduction | float32 float64 | gradient
cumprod | torch.cumprod | Tensor retrograd | x dim | dtype | float32 float64 int32 bool | gradient
cumsum | torch.cumsum | Tensor retrograd | x dim | dtype | float32 float64 int32 bool | gradient
detach | torch.Tensor.detach | Tensor | x |  | float32 float64 int32 bool |
diag | torch.diag | Tensor retrograd | x | diagonal | float32 float64 int32 bool | gradient
diagonal | torch.diagonal | Tensor retrograd | x | offset dim1 dim2 | float32 float64 int32 bool | gradient
div | torch.div | Tensor retrograd | x other | roundingMode | float32 float64 int32 bool | gradient
dot | torch.dot | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
dropout | torch.nn.functional.dropout | Tensor F | x | training p | float32 float64 int32 bool | gradient
einsum | torch.einsum | retrograd | equation ...operands |  | float32 float64 int32 bool | gradient
elu | torch.nn.functional.elu | Tensor F | x | alpha | float32 float64 | gradient
embedding | torch.nn.functional.embedding | F | input weight | paddingIdx | float32 float64 int32 bool | gradient
eq | torch.eq | Tensor retrograd | x other |  | float32 float64 int32 bool |
equal | torch.equal | Tensor retrograd | x other |  | float32 float64 int32 bool |
erf | torch.erf | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
exp | torch.exp | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
exp2 | torch.exp2 | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
expand | torch.Tensor.expand | Tensor | x shape |  | float32 float64 int32 bool | gradient
expm1 | torch.expm1 | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
eye | torch.eye | retrograd | n | m dtype requiresGrad | float32 float64 int32 bool |
flatten | torch.flatten | Tensor retrograd | x | startDim endDim | float32 float64 int32 bool | gradient
flip | torch.flip | Tensor retrograd | x dims |  | float32 float64 int32 bool | gradient
floor | torch.floor | Tensor retrograd | x |  | float32 float64 int32 | gradient
floorDivide | torch.floor_divide | Tensor retrograd | x other |  | float32 float64 int32 | gradient
fmod | torch.fmod | Tensor retrograd | x other |  | float32 float64 int32 | gradient
frac | torch.frac | Tensor retrograd | x |  | float32 float64 int32 | gradient
full | torch.full | retrograd | shape value | dtype requiresGrad | float32 float64 int32 bool |
fullLike | torch.full_like | Tensor retrograd | x value | dtype requiresGrad | float32 float64 int32 bool |
gather | torch.gather | Tensor retrograd | x dim index |  | float32 float64 int32 bool | gradient
ge | torch.ge | Tensor retrograd | x other |  | float32 float64 int32 bool |
gelu | torch.nn.functional.gelu | Tensor F | x | approximate | float32 float64 | gradient
glu | torch.nn.functional.glu | Tensor F | x | dim | float32 float64 int32 bool | gradient
groupNorm | torch.nn.functional.group_norm | F | x numGroups | weight bias eps | float32 float64 | gradient
gt | torch.gt | Tensor retrograd | x other |  | float32 float64 int32 bool |
hardshrink | torch.nn.functional.hardshrink | Tensor F | x | lambd | float32 float64 int32 bool | gradient
hardsigmoid | torch.nn.functional.hardsigmoid | Tensor F | x |  | float32 float64 | gradient
hardswish | torch.nn.functional.hardswish | Tensor F | x |  | float32 float64 | gradient
hardtanh | torch.nn.functional.hardtanh | Tensor F | x | minVal maxVal | float32 float64 | gradient
hstack | torch.hstack | retrograd | tensors |  | float32 float64 int32 bool | gradient
huberLoss | torch.nn.functional.huber_loss | F | input target | delta reduction | float32 float64 int32 | gradient
indexAdd | torch.index_add | Tensor retrograd | x dim index source | alpha | float32 float64 int32 bool | gradient
indexSelect | torch.index_select | Tensor retrograd | x dim index |  | float32 float64 int32 bool | gradient
instanceNorm | torch.nn.functional.instance_norm | F | x | weight bias eps | float32 float64 | gradient
interpolate | torch.nn.functional.interpolate | Tensor F | x | size scaleFactor mode alignCorners | float32 float64 | gradient
isclose | torch.isclose | Tensor retrograd | x other | rtol atol equalNan | float32 float64 int32 bool |
isfinite | torch.isfinite | Tensor retrograd | x |  | float32 float64 int32 bool |
isinf | torch.isinf | Tensor retrograd | x |  | float32 float64 int32 bool |
isnan | torch.isnan | Tensor retrograd | x |  | float32 float64 int32 bool |
klDiv | torch.nn.functional.kl_div | F | input target | reduction logTarget | float32 float64 int32 | gradient
l1Loss | torch.nn.functional.l1_loss | F | input target | reduction | float32 float64 | gradient
layerNorm | torch.nn.functional.layer_norm | F | x normalizedShape | weight bias eps | float32 float64 | gradient
le | torch.le | Tensor retrograd | x other |  | float32 float64 int32 bool |
leakyRelu | torch.nn.functional.leaky_relu | Tensor F | x | negativeSlope | float32 float64 | gradient
lerp | torch.lerp | Tensor retrograd | x end weight |  | float32 float64 int32 | gradient
linear | torch.nn.functional.linear | F | input weight | bias | float32 float64 int32 bool | gradient
linspace | torch.linspace | retrograd | start end steps | dtype requiresGrad | float32 float64 int32 bool |
log | torch.log | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
log10 | torch.log10 | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
log1p | torch.log1p | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
log2 | torch.log2 | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
logSoftmax | torch.log_softmax | Tensor F retrograd | x dim | dtype | float32 float64 | gradient
logaddexp | torch.logaddexp | Tensor retrograd | x other |  | float32 float64 | gradient
logicalAnd | torch.logical_and | Tensor retrograd | x other |  | float32 float64 int32 bool |
logicalNot | torch.logical_not | Tensor retrograd | x |  | float32 float64 int32 bool |
logicalOr | torch.logical_or | Tensor retrograd | x other |  | float32 float64 int32 bool |
logicalXor | torch.logical_xor | Tensor retrograd | x other |  | float32 float64 int32 bool |
logsigmoid | torch.nn.functional.logsigmoid | Tensor F | x |  | float32 float64 | gradient
logsumexp | torch.logsumexp | Tensor retrograd | x dim | keepdim | float32 float64 | gradient
lt | torch.lt | Tensor retrograd | x other |  | float32 float64 int32 bool |
maskedFill | torch.Tensor.masked_fill | Tensor | x mask value |  | float32 float64 int32 bool | gradient
maskedSelect | torch.masked_select | Tensor retrograd | x mask |  | float32 float64 int32 bool | gradient
matmul | torch.matmul | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
max | torch.max | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool | gradient
maxPool1d | torch.nn.functional.max_pool1d | Tensor F | x kernelSize | stride padding dilation ceilMode | float32 float64 int32 bool | gradient
maxPool2d | torch.nn.functional.max_pool2d | Tensor F | x kernelSize | stride padding dilation ceilMode | float32 float64 int32 bool | gradient
maxPool2dWithIndices | torch.nn.functional.max_pool2d_with_indices | Tensor F | x kernelSize | stride padding dilation ceilMode | float32 float64 int32 bool | gradient
maximum | torch.maximum | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
mean | torch.mean | Tensor retrograd | x | dtype keepdim dim | float32 float64 | gradient
median | torch.median | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool | gradient
min | torch.min | Tensor retrograd | x | keepdim dim | float32 float64 int32 bool | gradient
minimum | torch.minimum | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
mish | torch.nn.functional.mish | Tensor F | x |  | float32 float64 | gradient
mm | torch.mm | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
moveaxis | torch.movedim | Tensor retrograd | x source destination |  | float32 float64 int32 bool | gradient
movedim | torch.movedim | Tensor retrograd | x source destination |  | float32 float64 int32 bool | gradient
mseLoss | torch.nn.functional.mse_loss | F | input target | reduction | float32 float64 | gradient
mul | torch.mul | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
multinomial | torch.multinomial | Tensor retrograd | x numSamples | replacement | float32 float64 |
mv | torch.mv | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
nanToNum | torch.nan_to_num | Tensor retrograd | x | nan posinf neginf | float32 float64 int32 bool | gradient
narrow | torch.narrow | Tensor retrograd | x dim start length |  | float32 float64 int32 bool | gradient
ne | torch.ne | Tensor retrograd | x other |  | float32 float64 int32 bool |
neg | torch.neg | Tensor retrograd | x |  | float32 float64 int32 | gradient
newZeros | torch.Tensor.new_zeros | Tensor | x shape | dtype requiresGrad | float32 float64 int32 bool |
nllLoss | torch.nn.functional.nll_loss | F | input target | weight ignoreIndex reduction | float32 float64 int32 | gradient
nonzero | torch.nonzero | Tensor retrograd | x |  | float32 float64 int32 bool |
norm | torch.norm | Tensor retrograd | x | p dim keepdim | float32 float64 | gradient
normalize | torch.nn.functional.normalize | F | x | p dim eps | float32 float64 | gradient
oneHot | torch.nn.functional.one_hot | Tensor F | x | numClasses | int32 |
ones | torch.ones | retrograd | shape | dtype requiresGrad | float32 float64 int32 bool |
onesLike | torch.ones_like | Tensor retrograd | x | dtype requiresGrad | float32 float64 int32 bool |
outer | torch.outer | Tensor retrograd | x other |  | float32 float64 int32 bool | gradient
pad | torch.nn.functional.pad | Tensor F | x pad | mode value | float32 float64 int32 bool | gradient
permute | torch.permute | Tensor retrograd | x dims |  | float32 float64 int32 bool | gradient
pow | torch.pow | Tensor retrograd | x exponent |  | float32 float64 int32 bool | gradient
prelu | torch.nn.functional.prelu | Tensor F | x weight |  | float32 float64 int32 bool | gradient
prod | torch.prod | Tensor retrograd | x | dtype keepdim dim | float32 float64 int32 bool | gradient
rand | torch.rand | retrograd | shape | dtype requiresGrad | float32 float64 int32 bool |
randLike | torch.rand_like | Tensor retrograd | x | dtype requiresGrad | float32 float64 int32 bool |
randint | torch.randint | retrograd | high shape | low dtype requiresGrad | float32 float64 int32 bool |
randn | torch.randn | retrograd | shape | dtype requiresGrad | float32 float64 int32 bool |
randnLike | torch.randn_like | Tensor retrograd | x | dtype requiresGrad | float32 float64 int32 bool |
randperm | torch.randperm | retrograd | n | dtype requiresGrad | float32 float64 int32 bool |
ravel | torch.ravel | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
reciprocal | torch.reciprocal | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
relu | torch.relu | Tensor F retrograd | x |  | float32 float64 int32 bool | gradient
relu6 | torch.nn.functional.relu6 | Tensor F | x |  | float32 float64 | gradient
remainder | torch.remainder | Tensor retrograd | x other |  | float32 float64 int32 | gradient
repeat | torch.Tensor.repeat | Tensor | x sizes |  | float32 float64 int32 bool | gradient
repeatInterleave | torch.repeat_interleave | Tensor retrograd | x repeats | dim | float32 float64 int32 bool | gradient
reshape | torch.reshape | Tensor retrograd | x shape |  | float32 float64 int32 bool | gradient
rmsNorm | torch.nn.functional.rms_norm | F | x normalizedShape | weight eps | float32 float64 | gradient
roll | torch.roll | Tensor retrograd | x shifts | dims | float32 float64 int32 bool | gradient
round | torch.round | Tensor retrograd | x | decimals | float32 float64 int32 | gradient
rsqrt | torch.rsqrt | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
scaledDotProductAttention | torch.nn.functional.scaled_dot_product_attention | F | query key value | attnMask dropoutP isCausal scale | float32 float64 int32 bool | gradient
scatter | torch.scatter | Tensor retrograd | x dim index source | reduce | float32 float64 int32 bool | gradient
scatterAdd | torch.scatter_add | Tensor retrograd | x dim index source |  | float32 float64 int32 bool | gradient
scatterReduce | torch.scatter_reduce | Tensor retrograd | x dim index source reduce | includeSelf | float32 float64 | gradient
select | torch.select | Tensor retrograd | x dim index |  | float32 float64 int32 bool | gradient
selu | torch.nn.functional.selu | Tensor F | x |  | float32 float64 | gradient
sigmoid | torch.sigmoid | Tensor F retrograd | x |  | float32 float64 int32 bool | gradient
sign | torch.sign | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
silu | torch.nn.functional.silu | Tensor F | x |  | float32 float64 | gradient
sin | torch.sin | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
sinh | torch.sinh | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
slice | torch.Tensor.__getitem__ | Tensor | x dim | start end step | float32 float64 int32 bool | gradient
smoothL1Loss | torch.nn.functional.smooth_l1_loss | F | input target | beta reduction | float32 float64 | gradient
softmax | torch.softmax | Tensor F retrograd | x dim | dtype | float32 float64 | gradient
softmin | torch.nn.functional.softmin | Tensor F | x dim | dtype | float32 float64 | gradient
softplus | torch.nn.functional.softplus | Tensor F | x | beta threshold | float32 float64 | gradient
softshrink | torch.nn.functional.softshrink | Tensor F | x | lambd | float32 float64 int32 | gradient
softsign | torch.nn.functional.softsign | Tensor F | x |  | float32 float64 int32 bool | gradient
sort | torch.sort | Tensor retrograd | x | descending stable dim | float32 float64 int32 bool | gradient
split | torch.split | Tensor retrograd | x splitSize | dim | float32 float64 int32 bool | gradient
sqrt | torch.sqrt | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
square | torch.square | Tensor retrograd | x |  | float32 float64 int32 | gradient
squeeze | torch.squeeze | Tensor retrograd | x | dim | float32 float64 int32 bool | gradient
stack | torch.stack | retrograd | tensors | dim | float32 float64 int32 bool | gradient
std | torch.std | Tensor retrograd | x | correction unbiased keepdim dim | float32 float64 | gradient
sub | torch.sub | Tensor retrograd | x other | alpha | float32 float64 int32 | gradient
sum | torch.sum | Tensor retrograd | x | dtype keepdim dim | float32 float64 int32 bool | gradient
sumTo | torch.Tensor.sum_to_size | Tensor | x shape |  | float32 float64 int32 bool | gradient
swapaxes | torch.swapaxes | Tensor retrograd | x axis0 axis1 |  | float32 float64 int32 bool | gradient
t | torch.t | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
takeAlongDim | torch.take_along_dim | Tensor retrograd | x indices | dim | float32 float64 int32 bool | gradient
tan | torch.tan | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
tanh | torch.tanh | Tensor F retrograd | x |  | float32 float64 int32 bool | gradient
tanhshrink | torch.nn.functional.tanhshrink | Tensor F | x |  | float32 float64 int32 | gradient
tensor | torch.tensor | retrograd | values | dtype requiresGrad | float32 float64 int32 bool |
threshold | torch.nn.functional.threshold | Tensor F | x threshold value |  | float32 float64 int32 bool | gradient
tile | torch.tile | Tensor retrograd | x dims |  | float32 float64 int32 bool | gradient
to | torch.Tensor.to | Tensor | x dtype |  | float32 float64 int32 bool | gradient
topk | torch.topk | Tensor retrograd | x k | largest sorted dim | float32 float64 int32 bool | gradient
trace | torch.trace | Tensor retrograd | x |  | float32 float64 int32 bool | gradient
transpose | torch.transpose | Tensor retrograd | x dim0 dim1 |  | float32 float64 int32 bool | gradient
tril | torch.tril | Tensor retrograd | x | diagonal | float32 float64 int32 bool | gradient
triu | torch.triu | Tensor retrograd | x | diagonal | float32 float64 int32 bool | gradient
trunc | torch.trunc | Tensor retrograd | x |  | float32 float64 int32 | gradient
unbind | torch.unbind | Tensor retrograd | x | dim | float32 float64 int32 bool | gradient
unflatten | torch.unflatten | Tensor retrograd | x dim sizes |  | float32 float64 int32 bool | gradient
unfold | torch.Tensor.unfold | Tensor F | x dimension size step |  | float32 float64 int32 bool | gradient
unsqueeze | torch.unsqueeze | Tensor retrograd | x dim |  | float32 float64 int32 bool | gradient
var | torch.var | Tensor retrograd | x | correction unbiased keepdim dim | float32 float64 | gradient
view | torch.Tensor.view | Tensor | x shape |  | float32 float64 int32 bool | gradient
vstack | torch.vstack | retrograd | tensors |  | float32 float64 int32 bool | gradient
where | torch.where | Tensor retrograd | condition x other |  | float32 float64 int32 bool | gradient
zeros | torch.zeros | retrograd | shape | dtype requiresGrad | float32 float64 int32 bool |
zerosLike | torch.zeros_like | Tensor retrograd | x | dtype requiresGrad | float32 float64 int32 bool |
`);
