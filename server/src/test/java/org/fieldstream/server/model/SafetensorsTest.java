package org.fieldstream.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The format byte by byte, and files that are not it. */
class SafetensorsTest {
  @Test
  void whatIsWrittenIsRead() {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    arrays.put("a", new Safetensors.Array("F32", List.of(2, 3), new double[] {1, 2, 3, 4, 5, 0.5}));
    arrays.put("b", new Safetensors.Array("F64", List.of(2), new double[] {Math.PI, -0.0}));
    arrays.put("none", new Safetensors.Array("F32", List.of(0, 7), new double[0]));
    byte[] bytes = Safetensors.write(arrays, Map.of("who", "me"));
    assertThat(Safetensors.metadata(bytes)).isEqualTo(Map.of("who", "me"));
    Map<String, Safetensors.Array> read = Safetensors.read(bytes);
    assertThat(read).containsOnlyKeys("a", "b", "none");
    arrays.forEach(
        (name, array) -> {
          assertThat(read.get(name).type()).isEqualTo(array.type());
          assertThat(read.get(name).shape()).isEqualTo(array.shape());
          assertThat(read.get(name).values()).isEqualTo(array.values());
        });
  }

  @Test
  void theBytesAreThoseOfTheFormat() {
    byte[] bytes =
        Safetensors.write(
            Map.of("x", new Safetensors.Array("F32", List.of(1), new double[] {1})), Map.of());
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) buffer.getLong();
    assertThat(length % 8).as("values start aligned").isZero();
    assertThat(new String(bytes, 8, length, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    assertThat(Arrays.copyOfRange(bytes, 8 + length, bytes.length))
        .containsExactly(0, 0, 0x80, 0x3f);
  }

  @Test
  void filesThatAreNoneAreRefused() {
    refused(new byte[0], "0 bytes (expected: a safetensors file)");
    refused("{}".getBytes(StandardCharsets.UTF_8), "2 bytes (expected: a safetensors file)");
    refused(new byte[64], "header of 0 bytes in a file of 64 (expected: a whole safetensors file)");
    refused(file(999, "{}"), "header of 999 bytes in a file of 10 (expected: a whole ");
    refused(file(Long.MIN_VALUE, "{}"), "header of -9223372036854775808 bytes");
    refused(file(4, "gibb"), "header is not JSON (expected: a safetensors file)");
  }

  @Test
  void headersThatPromiseWhatTheFileDoesNotHoldAreRefused() {
    refusedHeader(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "x: values at 0 to 12 (expected: 3 x 4 bytes within the file)");
    refusedHeader(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "x: values at 0 to 4 (expected: 2 x 4 bytes within the file)");
    refusedHeader(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "x: values at -4 to 0 (expected: ");
    refusedHeader(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[8,4]}}",
        "x: shape [-1] (expected: whole numbers >= 0)");
    refusedHeader(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}",
        "x: values at 0 to 0 (expected: 2147483647 x 4 bytes within the file)");
    refusedHeader(
        "{\"x\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
        "x: type I8 (expected: F32 or F64)");
    refusedHeader("{\"x\":3}", "x: type  (expected: F32 or F64)");
  }

  private static void refusedHeader(String header, String message) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(file(text.length, header), 8 + text.length + 8);
    refused(bytes, message);
  }

  private static void refused(byte[] bytes, String message) {
    assertThatThrownBy(() -> Safetensors.read(bytes))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(message);
  }

  private static byte[] file(long length, String header) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(text)
        .array();
  }
}
