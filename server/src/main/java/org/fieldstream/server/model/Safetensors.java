package org.fieldstream.server.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes the safetensors format: eight bytes of header length, a JSON header of names,
 * types, shapes and offsets, then the values, little-endian, C order
 * (https://huggingface.co/docs/safetensors).
 */
public final class Safetensors {
  private static final int MAX_HEADER = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A named array.
   *
   * @param type {@code F32} or {@code F64}
   * @param shape extents, slowest first
   * @param values in C order; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // values are never compared
  public record Array(String type, List<Integer> shape, double[] values) {}

  private Safetensors() {}

  /** The file's bytes. */
  public static byte[] write(Map<String, Array> arrays, Map<String, String> metadata) {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode meta = header.putObject("__metadata__");
    metadata.forEach(meta::put);
    long offset = 0;
    for (Map.Entry<String, Array> entry : arrays.entrySet()) {
      Array array = entry.getValue();
      long end = offset + (long) width(entry.getKey(), array.type()) * array.values().length;
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", array.type());
      array.shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = (header + " ".repeat(7)).getBytes(StandardCharsets.UTF_8);
    int length = text.length / 8 * 8; // values start aligned
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.toIntExact(8 + length + offset)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length).put(text, 0, length);
    for (Array array : arrays.values()) {
      for (double value : array.values()) {
        if (array.type().equals("F32")) {
          buffer.putFloat((float) value);
        } else {
          buffer.putDouble(value);
        }
      }
    }
    return buffer.array();
  }

  /**
   * The arrays of a file.
   *
   * @throws ModelFileException if the bytes are not a whole safetensors file
   */
  public static Map<String, Array> read(byte[] bytes) {
    JsonNode header = header(bytes);
    int start = 8 + headerLength(bytes);
    Map<String, Array> arrays = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = it.next();
      if (!entry.getKey().equals("__metadata__")) {
        arrays.put(entry.getKey(), array(entry.getKey(), entry.getValue(), bytes, start));
      }
    }
    return arrays;
  }

  /** The file's metadata. */
  public static Map<String, String> metadata(byte[] bytes) {
    Map<String, String> metadata = new LinkedHashMap<>();
    header(bytes)
        .path("__metadata__")
        .fields()
        .forEachRemaining(e -> metadata.put(e.getKey(), e.getValue().asText()));
    return metadata;
  }

  private static int headerLength(byte[] bytes) {
    if (bytes.length < 8) {
      throw new ModelFileException(bytes.length + " bytes (expected: a safetensors file)");
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER || 8 + length > bytes.length) {
      throw new ModelFileException(
          "header of "
              + length
              + " bytes in a file of "
              + bytes.length
              + " (expected: a whole safetensors file)");
    }
    return (int) length;
  }

  private static JsonNode header(byte[] bytes) {
    try {
      return JSON.readTree(bytes, 8, headerLength(bytes));
    } catch (IOException e) {
      throw new ModelFileException("header is not JSON (expected: a safetensors file)", e);
    }
  }

  private static Array array(String name, JsonNode node, byte[] bytes, int start) {
    String type = node.path("dtype").asText();
    int width = width(name, type);
    List<Integer> shape = new ArrayList<>();
    long size = 1;
    for (JsonNode extent : node.path("shape")) {
      if (!extent.isInt() || extent.asInt() < 0) {
        throw new ModelFileException(
            name + ": shape " + node.path("shape") + " (expected: whole numbers >= 0)");
      }
      shape.add(extent.asInt());
      size = Math.min(size * extent.asInt(), Integer.MAX_VALUE); // no overflow, and no such file
    }
    long from = node.path("data_offsets").path(0).asLong(-1);
    long to = node.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to - from != size * width || start + to > bytes.length) {
      throw new ModelFileException(
          name
              + ": values at "
              + from
              + " to "
              + to
              + " (expected: "
              + size
              + " x "
              + width
              + " bytes within the file)");
    }
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes, (int) (start + from), (int) (to - from))
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] = width == 4 ? buffer.getFloat() : buffer.getDouble();
    }
    return new Array(type, shape, values);
  }

  private static int width(String name, String type) {
    return switch (type) {
      case "F32" -> 4;
      case "F64" -> 8;
      default -> throw new ModelFileException(name + ": type " + type + " (expected: F32 or F64)");
    };
  }
}
