package org.fieldstream.server.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.generator.flow.Flow;

/** Values of named tensors as a weights file, in float32. */
public final class WeightFile {
  private WeightFile() {}

  /** theta as a weights file, in float32. */
  public static byte[] of(Flow flow, double[] theta) {
    return of(flow.tensors(), theta);
  }

  /** Values of given tensors as a weights file. */
  static byte[] of(List<Flow.Tensor> tensors, double[] theta) {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    for (Flow.Tensor tensor : tensors) {
      double[] values = new double[tensor.size()];
      System.arraycopy(theta, tensor.offset(), values, 0, values.length);
      arrays.put(tensor.name(), new Safetensors.Array("F32", tensor.shape(), values));
    }
    return Safetensors.write(arrays, Map.of("format", ModelDescription.FORMAT));
  }

  /** The values of given tensors in a weights file that has these and no others. */
  static double[] read(List<Flow.Tensor> tensors, byte[] weightBytes) {
    Map<String, Safetensors.Array> arrays = arrays(weightBytes);
    int size = tensors.stream().mapToInt(Flow.Tensor::size).reduce(0, Math::addExact);
    double[] theta = new double[size];
    for (Flow.Tensor tensor : tensors) {
      Safetensors.Array array = arrays.get(tensor.name());
      if (array == null || !array.shape().equals(tensor.shape())) {
        throw new ModelFileException(
            FlowFiles.WEIGHTS
                + ": "
                + tensor.name()
                + ": "
                + (array == null ? "missing" : array.shape().toString())
                + " (expected: shape "
                + tensor.shape()
                + ")");
      }
      if (!array.type().equals("F32")) { // other values than those of the digest
        throw new ModelFileException(
            FlowFiles.WEIGHTS
                + ": "
                + tensor.name()
                + ": type "
                + array.type()
                + " (expected: F32)");
      }
      for (int i = 0; i < array.values().length; i++) {
        if (!Double.isFinite(array.values()[i])) {
          throw new ModelFileException(
              FlowFiles.WEIGHTS
                  + ": "
                  + tensor.name()
                  + ": value "
                  + array.values()[i]
                  + " (expected: finite)");
        }
        theta[tensor.offset() + i] = array.values()[i];
      }
    }
    if (arrays.size() != tensors.size()) {
      throw new ModelFileException(
          FlowFiles.WEIGHTS
              + ": tensors "
              + arrays.keySet()
              + " (expected: "
              + tensors.stream().map(Flow.Tensor::name).toList()
              + ")");
    }
    return theta;
  }

  private static Map<String, Safetensors.Array> arrays(byte[] bytes) {
    try {
      return Safetensors.read(bytes);
    } catch (ModelFileException e) {
      throw new ModelFileException(FlowFiles.WEIGHTS + ": " + e.getMessage(), e);
    }
  }
}
