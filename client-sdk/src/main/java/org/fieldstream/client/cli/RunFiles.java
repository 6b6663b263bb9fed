package org.fieldstream.client.cli;

import com.google.protobuf.ByteString;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.client.sdk.DenoisingBatch;
import org.fieldstream.client.sdk.ResumePoint;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.SubscribeRequest;

/**
 * The directory of one run: {@code fields.npy}, {@code action.npy}, {@code log_weight.npy}, {@code
 * accepted.npy}, {@code observable_NAME.npy}, {@code denoising.npy} and, last of all, {@code
 * metadata.json}: where that lies, the run is whole. Before that everything is {@code .partial},
 * and {@value RunState#FILE} says how to go on.
 *
 * <p>Not thread-safe.
 */
final class RunFiles implements Closeable {
  static final String METADATA = "metadata.json";

  private static final String ARRAYS =
      "{action,fields,denoising,log_weight,accepted,observable_*}.npy";

  private final Path directory;
  private final Map<String, NpyFile> arrays = new LinkedHashMap<>();
  private RunState state;

  private RunFiles(Path directory, RunState state) {
    this.directory = directory;
    this.state = state;
  }

  /**
   * Refuses a directory that holds something already.
   *
   * @param force whether what it holds may be lost
   */
  static void checkFree(Path directory, boolean force) throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new IOException("out: " + directory + " is a file (expected: a directory)");
    }
    if (force) {
      return;
    }
    if (Files.exists(directory.resolve(RunState.FILE))) {
      throw new IOException(
          "out: "
              + directory
              + " holds an interrupted run (expected: --resume to go on, or --force to begin"
              + " anew)");
    }
    List<Path> kept = new ArrayList<>(arrays(directory));
    kept.add(directory.resolve(METADATA));
    for (Path file : kept) {
      if (Files.exists(file)) {
        throw new IOException("out: " + file + " exists (expected: another directory, or --force)");
      }
    }
  }

  /** All arrays that a run, this one or another, may have left. */
  private static List<Path> arrays(Path directory) throws IOException {
    List<Path> arrays = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ARRAYS)) {
        files.forEach(arrays::add);
      }
    }
    return arrays;
  }

  /** Begins a run; what an earlier one left in the directory is not whole from now on. */
  static RunFiles create(Path directory, RunState state) throws IOException {
    Files.createDirectories(directory);
    Files.deleteIfExists(directory.resolve(METADATA));
    // Else arrays of the earlier run that this one has not would lie beside its own.
    for (Path array : arrays(directory)) {
      Files.delete(array);
    }
    RunFiles files = new RunFiles(directory, state);
    files.open(false);
    state.write(directory);
    return files;
  }

  /** Goes on with an interrupted run. */
  static RunFiles resume(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(RunState.FILE))) {
      throw new IOException(
          "out: "
              + directory
              + " holds no interrupted run (expected: "
              + RunState.FILE
              + " in it; without --resume a new run begins)");
    }
    RunFiles files = new RunFiles(directory, RunState.read(directory));
    files.open(true);
    return files;
  }

  private void open(boolean again) throws IOException {
    SubscribeRequest request = state.request();
    try {
      open("action", NpyType.FLOAT64, List.of(), again);
      NpyType type = request.getDtype() == DType.DTYPE_FLOAT64 ? NpyType.FLOAT64 : NpyType.FLOAT32;
      if (!request.getOmitFields()) {
        open("fields", type, state.shape(), again);
      }
      if (!state.sigmas().isEmpty()) {
        List<Integer> shape = new ArrayList<>(state.shape());
        shape.add(0, state.sigmas().size());
        open("denoising", type, shape, again);
      }
      if (state.weighted()) {
        open("log_weight", NpyType.FLOAT64, List.of(), again);
      }
      if (state.judged()) {
        open("accepted", NpyType.BOOL, List.of(), again);
      }
      for (String name : request.getObservablesList()) {
        open(observable(name), NpyType.FLOAT64, List.of(), again);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void open(String name, NpyType type, List<Integer> itemShape, boolean again)
      throws IOException {
    Path path = directory.resolve(name + ".npy");
    NpyFile file =
        again
            ? NpyFile.reopen(path, type, itemShape, state.from().nextIndex())
            : NpyFile.create(path, type, itemShape);
    arrays.put(name, file);
  }

  private static String observable(String name) {
    if (!name.matches("[A-Za-z0-9_.-]+")) {
      throw new IllegalArgumentException(
          "observables: "
              + name
              + " (expected: letters, digits and _ . - where files are written)");
    }
    return "observable_" + name;
  }

  /** How far the run is. */
  RunState state() {
    return state;
  }

  Path directory() {
    return directory;
  }

  void append(ConfigurationBatch batch) throws IOException {
    array("action").append(littleEndian(batch.action()));
    if (batch.hasFields()) {
      array("fields").append(batch.fieldBytes().asReadOnlyByteBufferList());
    }
    DenoisingBatch denoising = batch.denoising();
    if (denoising != null) {
      array("denoising").append(denoising.fieldBytes().asReadOnlyByteBufferList());
    }
    if (state.weighted()) {
      array("log_weight").append(littleEndian(batch.logWeight()));
    }
    if (state.judged()) {
      ByteBuffer bytes = ByteBuffer.allocate(batch.count());
      for (boolean accepted : batch.accepted()) {
        bytes.put((byte) (accepted ? 1 : 0));
      }
      array("accepted").append(bytes.flip());
    }
    for (Map.Entry<String, double[]> entry : batch.observables().entrySet()) {
      array(observable(entry.getKey())).append(littleEndian(entry.getValue()));
    }
    state = state.at(batch.resumePoint());
  }

  /**
   * Reads back what measurements need: action, log weight, acceptance and observables.
   *
   * @param first index of the first configuration
   * @param count number of configurations
   */
  ConfigurationBatch replay(long first, int count) throws IOException {
    Map<String, double[]> observables = new LinkedHashMap<>();
    for (String name : state.request().getObservablesList()) {
      observables.put(name, doubles(observable(name), first, count));
    }
    boolean[] accepted = new boolean[state.judged() ? count : 0];
    if (state.judged()) {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      array("accepted").read(first, bytes);
      for (int i = 0; i < count; i++) {
        accepted[i] = bytes.get(i) != 0;
      }
    }
    return new ConfigurationBatch(
        first,
        count,
        state.shape(),
        state.request().getDtype(),
        state.exactness(),
        state.modelDigest(),
        doubles("action", first, count),
        state.weighted() ? doubles("log_weight", first, count) : new double[0],
        accepted,
        observables,
        List.of(),
        new ResumePoint(state.from().token(), first + count),
        null,
        ByteString.EMPTY);
  }

  /** Puts everything so far on the disk, then the state that speaks of it. */
  void checkpoint() throws IOException {
    for (NpyFile array : arrays.values()) {
      array.sync();
    }
    state.write(directory);
  }

  /** Makes all arrays whole, then the metadata, and forgets how to go on. */
  void complete(JsonObject metadata) throws IOException {
    checkpoint();
    for (NpyFile array : arrays.values()) {
      array.finish();
    }
    Path temporary = directory.resolve(METADATA + ".partial");
    Files.writeString(temporary, metadata.encodePrettily() + "\n");
    Files.move(
        temporary,
        directory.resolve(METADATA),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(directory.resolve(RunState.FILE));
  }

  @Override
  public void close() throws IOException {
    for (NpyFile array : arrays.values()) {
      array.close();
    }
  }

  private NpyFile array(String name) {
    NpyFile array = arrays.get(name);
    if (array == null) {
      throw new IllegalStateException(
          name + ": came (expected: nothing of the kind, as at the beginning of the stream)");
    }
    return array;
  }

  private double[] doubles(String name, long first, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    array(name).read(first, bytes);
    double[] values = new double[count];
    bytes.flip().asDoubleBuffer().get(values);
    return values;
  }

  private static ByteBuffer littleEndian(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return bytes;
  }
}
