package org.fieldstream.server.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The weights of an affine coupling flow as PyTorch names them: the state dict of a {@code
 * ModuleList} of coupling layers, each with a network {@code net} that is a {@code Sequential} of
 * {@code Conv2d, LeakyReLU, Conv2d, ..., Tanh} (the notebook of arXiv 2101.08176).
 *
 * <pre>
 * i.net.0.weight  [hidden 0][1][kernel][kernel]          i.net.0.bias  [hidden 0]
 * i.net.2.weight  [hidden 1][hidden 0][kernel][kernel]   i.net.2.bias  [hidden 1]
 * i.net.4.weight  [2][hidden 1][kernel][kernel]          i.net.4.bias  [2]
 * </pre>
 *
 * for layers i = 0, 1, ..., of type F32 or F64; a common prefix such as {@code layers.} is left
 * out. The first kernel axis goes with the first lattice axis. Output channel 0 is s, 1 is t.
 *
 * @param shape the architecture that the tensors tell
 * @param theta the weights in the order of the flow's tensors, rounded to float32
 * @param rounded whether the rounding changed any
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CouplingWeights(AffineShape shape, double[] theta, boolean rounded) {
  private static final Pattern NAME =
      Pattern.compile("(.*?)(\\d{1,6})\\.net\\.(\\d{1,6})\\.(weight|bias)");

  private static final String NAMES =
      "LAYER.net.N.weight and LAYER.net.N.bias with LAYER = 0, 1, ... and N = 0, 2, ...";

  /**
   * Reads the tensors of a file.
   *
   * @param lattice the lattice that the flow shall live on; as many axes as the kernels have
   * @throws ModelFileException naming the tensor that does not fit, and what was expected
   */
  public static CouplingWeights of(Map<String, Safetensors.Array> arrays, Lattice lattice) {
    Map<String, Safetensors.Array> plain = withoutPrefix(arrays);
    AffineShape shape = shape(plain, lattice);
    Flow flow = shape.on(lattice);
    Set<String> left = new LinkedHashSet<>(plain.keySet());
    int size = flow.tensors().stream().mapToInt(Flow.Tensor::size).sum();
    double[] theta = new double[size];
    boolean rounded = false;
    for (Flow.Tensor tensor : flow.tensors()) {
      double[] values = values(plain.get(tensor.name()), tensor);
      left.remove(tensor.name());
      for (int i = 0; i < values.length; i++) {
        float value = (float) values[i];
        if (!Float.isFinite(value)) {
          throw new ModelFileException(
              tensor.name() + ": value " + values[i] + " (expected: finite in float32)");
        }
        rounded |= value != values[i];
        theta[tensor.offset() + i] = value;
      }
    }
    if (!left.isEmpty()) {
      throw new ModelFileException(
          left.iterator().next()
              + ": unexpected (expected: networks like that of layer 0, "
              + flow.tensors().size() / shape.layers() / 2
              + " convolutions in each of "
              + shape.layers()
              + " layers)");
    }
    return new CouplingWeights(shape, theta, rounded);
  }

  private static double[] values(Safetensors.@Nullable Array array, Flow.Tensor tensor) {
    if (array == null || !array.shape().equals(tensor.shape())) {
      throw new ModelFileException(
          tensor.name()
              + ": "
              + (array == null ? "missing" : "shape " + array.shape())
              + " (expected: shape "
              + tensor.shape()
              + ")");
    }
    return array.values();
  }

  private static Map<String, Safetensors.Array> withoutPrefix(
      Map<String, Safetensors.Array> arrays) {
    Map<String, Safetensors.Array> plain = new LinkedHashMap<>();
    Set<String> prefixes = new TreeSet<>();
    for (Map.Entry<String, Safetensors.Array> entry : arrays.entrySet()) {
      Matcher name = NAME.matcher(entry.getKey());
      if (!name.matches()) {
        throw new ModelFileException(
            entry.getKey()
                + ": no tensor of a coupling network (expected: "
                + NAMES
                + "; leave others out of the file)");
      }
      prefixes.add(name.group(1));
      plain.put(entry.getKey().substring(name.group(1).length()), entry.getValue());
    }
    if (plain.isEmpty()) {
      throw new ModelFileException("no tensors (expected: " + NAMES + ")");
    }
    if (prefixes.size() > 1) {
      throw new ModelFileException("prefixes " + prefixes + " (expected: one for all tensors)");
    }
    return plain;
  }

  /** The architecture: as many layers as are numbered, networks like that of layer 0. */
  private static AffineShape shape(Map<String, Safetensors.Array> arrays, Lattice lattice) {
    TreeSet<Integer> layers = new TreeSet<>();
    TreeMap<Integer, Safetensors.Array> first = new TreeMap<>();
    arrays.forEach(
        (key, array) -> {
          Matcher name = NAME.matcher(key);
          if (name.matches()) {
            int layer = Integer.parseInt(name.group(2));
            layers.add(layer);
            if (layer == 0 && name.group(4).equals("weight")) {
              first.put(Integer.parseInt(name.group(3)), array);
            }
          }
        });
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!layers.contains(layer)) {
        throw new ModelFileException(
            layer + ".net.0.weight: missing (expected: layers 0 to " + layers.last() + ")");
      }
    }
    if (!first.containsKey(0)) {
      throw new ModelFileException("0.net.0.weight: missing (expected: " + NAMES + ")");
    }
    List<Integer> channels = new ArrayList<>();
    for (Map.Entry<Integer, Safetensors.Array> entry : first.entrySet()) {
      String name = "0.net." + entry.getKey() + ".weight";
      List<Integer> extents = entry.getValue().shape();
      if (entry.getKey() != 2 * channels.size()) {
        throw new ModelFileException(
            name + ": unexpected (expected: 0.net." + 2 * channels.size() + ".weight next)");
      }
      if (extents.size() != 2 + lattice.dimensions()) {
        throw new ModelFileException(
            name
                + ": shape "
                + extents
                + " (expected: [out, in, kernel...] with a kernel axis for each axis of "
                + lattice
                + ")");
      }
      channels.add(extents.get(0));
    }
    int kernel = first.firstEntry().getValue().shape().get(2);
    int out = channels.remove(channels.size() - 1);
    if (out != 2) {
      throw new ModelFileException(
          "0.net." + first.lastKey() + ".weight: " + out + " channels out (expected: 2, s and t)");
    }
    return new AffineShape(layers.last() + 1, channels, kernel);
  }
}
