package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldstream.client.testing.NpyReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFileTest {
  @TempDir Path directory;

  @Test
  void aFinishedArrayReadsBack() throws IOException {
    Path path = directory.resolve("a.npy");
    try (NpyFile file = NpyFile.create(path, NpyType.FLOAT32, List.of(1, 2, 3))) {
      file.append(floats(0, 1, 2, 3, 4, 5));
      file.append(floats(6, 7, 8, 9, 10, 11, -1.5f, -2.5f, 1e-20f, 3e30f, 0.1f, -0f));
      file.finish();
    }
    NpyReader array = NpyReader.read(path);
    assertThat(array.descr()).isEqualTo("<f4");
    assertThat(array.shape()).containsExactly(3, 1, 2, 3);
    assertThat(array.values()).startsWith(0, 1, 2, 3, 4, 5, 6).endsWith(0.1f, -0.0);
    assertThat(directory.resolve("a.npy.partial")).doesNotExist();
  }

  @Test
  void anUnfinishedArrayIsNoArray() throws IOException {
    Path path = directory.resolve("a.npy");
    try (NpyFile file = NpyFile.create(path, NpyType.FLOAT32, List.of())) {
      file.append(floats(1, 2, 3));
    }
    assertThat(path).doesNotExist();
    Path partial = directory.resolve("a.npy.partial");
    assertThat(Files.size(partial)).isEqualTo(NpyHeader.LENGTH + 12);
    // Even under a whole array's name it is none.
    assertThatThrownBy(() -> NpyReader.read(partial)).hasMessageContaining("not an npy file");
  }

  @Test
  void reopeningCutsOffWhatCameAfterTheStateWasKept() throws IOException {
    Path path = directory.resolve("a.npy");
    try (NpyFile file = NpyFile.create(path, NpyType.FLOAT32, List.of())) {
      file.append(floats(1, 2, 3, 4, 5));
    }
    try (NpyFile file = NpyFile.reopen(path, NpyType.FLOAT32, List.of(), 3)) {
      assertThat(file.items()).isEqualTo(3);
      file.append(floats(40));
      ByteBuffer back = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.read(2, back);
      assertThat(back.flip().getFloat()).isEqualTo(3);
      assertThat(back.getFloat()).isEqualTo(40);
      file.append(floats(50));
      file.finish();
    }
    assertThat(NpyReader.read(path).values()).containsExactly(1, 2, 3, 40, 50);
    // Killed between the renames of several arrays: the whole one is left as it is.
    try (NpyFile file = NpyFile.reopen(path, NpyType.FLOAT32, List.of(), 5)) {
      assertThat(file.items()).isEqualTo(5);
      assertThatThrownBy(() -> file.append(floats(6))).isInstanceOf(IllegalArgumentException.class);
      file.finish();
    }
  }

  @Test
  void refusesWhatCannotBeContinued() throws IOException {
    Path path = directory.resolve("a.npy");
    assertThatThrownBy(() -> NpyFile.reopen(path, NpyType.FLOAT32, List.of(), 3))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing (expected: the 3 configurations so far)");
    try (NpyFile file = NpyFile.create(path, NpyType.FLOAT32, List.of())) {
      file.append(floats(1, 2));
      assertThatThrownBy(() -> NpyFile.create(path, NpyType.FLOAT32, List.of()))
          .hasMessageContaining("is being written by another process");
      assertThatThrownBy(() -> file.append(ByteBuffer.allocate(3)))
          .hasMessageContaining("whole items of 4 bytes");
      assertThat(file.items()).isEqualTo(2);
    }
    assertThatThrownBy(() -> NpyFile.reopen(path, NpyType.FLOAT32, List.of(), 3))
        .hasMessageContaining("264 bytes (expected: at least 268)");
  }

  @Test
  void numpyAgrees() throws Exception {
    assumeTrue(run("import numpy").isEmpty(), "python3 with numpy");
    try (NpyFile fields =
            NpyFile.create(directory.resolve("f.npy"), NpyType.FLOAT32, List.of(1, 2, 2));
        NpyFile action = NpyFile.create(directory.resolve("s.npy"), NpyType.FLOAT64, List.of());
        NpyFile accepted = NpyFile.create(directory.resolve("b.npy"), NpyType.BOOL, List.of())) {
      fields.append(floats(0, 1, 2, 3, 4, 5, 6, 7));
      action.append(
          ByteBuffer.allocate(16)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putDouble(0.1)
              .putDouble(2)
              .flip());
      accepted.append(ByteBuffer.wrap(new byte[] {1, 0}));
      fields.finish();
      action.finish();
      accepted.finish();
    }
    String script =
        "import numpy as n; f=n.load('f.npy'); s=n.load('s.npy'); b=n.load('b.npy');"
            + "print(f.shape, f.dtype, f[1,0,1,0], s.shape, s.dtype, s[0], b.dtype, b.tolist())";
    assertThat(run(script))
        .isEqualTo("(2, 1, 2, 2) float32 6.0 (2,) float64 0.1 bool [True, False]\n");
    Files.copy(NpyFile.partial(unfinished()), directory.resolve("u.npy"));
    assertThat(run("import numpy as n; n.load('u.npy')")).contains("Error");
  }

  private Path unfinished() throws IOException {
    Path path = directory.resolve("v.npy");
    try (NpyFile file = NpyFile.create(path, NpyType.FLOAT32, List.of())) {
      file.append(floats(1, 2));
    }
    return path;
  }

  private String run(String script) throws Exception {
    Process python;
    try {
      python =
          new ProcessBuilder("python3", "-c", script)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      return "no python3";
    }
    String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
