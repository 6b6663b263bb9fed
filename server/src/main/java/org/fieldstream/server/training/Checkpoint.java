package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.model.Safetensors;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a training between two steps. A checkpoint on disk is always a whole one: it
 * is written beside the old one, flushed, and renamed over it.
 *
 * @param step steps taken
 * @param theta trained values
 * @param optimiser the optimiser's state
 * @param optimiserSteps its step count
 * @param best values of the best evaluation so far
 * @param bestEss its ESS
 * @param rateFactor factor on the learning rate after roll-backs
 * @param loss running mean of the loss; NaN where no step was taken
 * @param seconds time spent so far
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Checkpoint(
    long step,
    double[] theta,
    double[] optimiser,
    long optimiserSteps,
    double[] best,
    double bestEss,
    double rateFactor,
    double loss,
    double seconds) {
  static final String NAME = "checkpoint.safetensors";

  void write(Path directory, String fingerprint) throws IOException {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    arrays.put("theta", array(theta));
    arrays.put("optimiser", array(optimiser));
    arrays.put("best", array(best));
    arrays.put("state", array(new double[] {step, optimiserSteps, bestEss, rateFactor, seconds}));
    arrays.put("loss", array(new double[] {loss}));
    byte[] bytes = Safetensors.write(arrays, Map.of("plan", fingerprint));
    replace(directory.resolve(NAME), bytes);
  }

  /** Writes a file so that a crash leaves the old one or the new one. */
  static void replace(Path file, byte[] bytes) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Safetensors.Array array(double[] values) {
    return new Safetensors.Array("F64", List.of(values.length), values);
  }

  /**
   * The checkpoint in a directory, null where there is none.
   *
   * @throws ModelFileException if it belongs to another plan or is damaged
   */
  static @Nullable Checkpoint read(Path directory, String fingerprint, int size, int stateSize)
      throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return null;
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      String plan = Safetensors.metadata(bytes).getOrDefault("plan", "none");
      if (!plan.equals(fingerprint)) {
        throw new ModelFileException("made by a training with other settings");
      }
      return of(Safetensors.read(bytes), size, stateSize);
    } catch (ModelFileException e) {
      throw new ModelFileException(
          file + ": " + e.getMessage() + " (remedy: --restart to begin anew, or another --out)", e);
    }
  }

  private static Checkpoint of(Map<String, Safetensors.Array> arrays, int size, int stateSize) {
    double[] state = values(arrays, "state", 5);
    return new Checkpoint(
        (long) state[0],
        values(arrays, "theta", size),
        values(arrays, "optimiser", stateSize),
        (long) state[1],
        values(arrays, "best", size),
        state[2],
        state[3],
        arrays.containsKey("loss") ? values(arrays, "loss", 1)[0] : Double.NaN,
        state[4]);
  }

  private static double[] values(Map<String, Safetensors.Array> arrays, String name, int size) {
    Safetensors.Array array = arrays.get(name);
    if (array == null || array.values().length != size) {
      throw new ModelFileException(
          name
              + ": "
              + (array == null ? "missing" : array.values().length + " values")
              + " (expected: "
              + size
              + " values)");
    }
    return array.values();
  }
}
