package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fieldstream.server.theory.Target;

/**
 * A stored ensemble, as it was when it was opened. Configurations are in Monte Carlo order: by
 * replica, then by id. Immutable; any thread.
 *
 * <pre>{@code
 * try (EnsembleReader reader = ensemble.read()) {
 *   for (Configurations some = reader.next(256); some.count() > 0; some = reader.next(256)) {
 *     float[] fields = some.floats(); // [n][components][L0][L1]...
 *   }
 * }
 * }</pre>
 */
public final class Ensemble {
  /** Memory for columns of measurements that are read together, in bytes. */
  private static final long COLUMNS_BYTES = 128L << 20;

  private final Folder folder;
  private final EnsembleSpec spec;
  private final int valuesPerConfiguration;
  private final List<String> columns;
  private final Index index;
  private final int[] order;

  private Ensemble(
      Folder folder, EnsembleSpec spec, int values, List<String> columns, Index index) {
    this.folder = folder;
    this.spec = spec;
    this.valuesPerConfiguration = values;
    this.columns = List.copyOf(columns);
    this.index = index;
    this.order = index.inMonteCarloOrder();
  }

  static Ensemble open(Folder folder, EnsembleSpec spec, int values, List<String> columns) {
    try {
      return new Ensemble(
          folder, spec, values, columns, index(folder, (long) values * spec.precision().bytes()));
    } catch (IOException e) {
      throw new EnsembleFileException(folder.path() + ": " + e.getMessage(), e);
    }
  }

  private static Index index(Folder folder, long configurationBytes) throws IOException {
    if (!Files.exists(folder.index())) {
      return new Index();
    }
    try (FileChannel file = FileChannel.open(folder.index(), StandardOpenOption.READ)) {
      return Index.read(file, Files.size(folder.fields()) / configurationBytes);
    }
  }

  /** What it is. */
  public EnsembleSpec spec() {
    return spec;
  }

  /** The distribution that its configurations follow. */
  public Target target() {
    return spec.target();
  }

  /** Configurations. */
  public int size() {
    return order.length;
  }

  /** Shape of one configuration, {@code [components, L0, L1, ...]}. */
  public List<Integer> shape() {
    int sites = target().extents().stream().reduce(1, Math::multiplyExact);
    List<Integer> shape = new ArrayList<>();
    shape.add(valuesPerConfiguration / sites);
    shape.addAll(target().extents());
    return shape;
  }

  /** Writes {@code ensemble.json}, what the ensemble is, into another directory. */
  public void describe(Path directory) throws IOException {
    SpecFile.of(spec, shape(), columns).write(directory);
  }

  /** What the {@code ensemble.json} of any directory says; empty where there is none. */
  public static Optional<EnsembleSpec> described(Path directory) {
    Path file = directory.resolve(SpecFile.NAME);
    return Files.exists(file)
        ? Optional.of(SpecFile.read(directory).spec(file, "described"))
        : Optional.empty();
  }

  /** Field values of one configuration. */
  public int valuesPerConfiguration() {
    return valuesPerConfiguration;
  }

  /** Bytes on disk. */
  public long bytes() {
    return folder.bytes();
  }

  /** Where it is. */
  Folder folder() {
    return folder;
  }

  /** Monte Carlo time of a configuration in its replica, unsigned. */
  public long id(int i) {
    return index.id(order[i]);
  }

  /** Replica of a configuration, unsigned. */
  public int replica(int i) {
    return index.replica(order[i]);
  }

  /** S of a configuration. */
  public double action(int i) {
    return index.action(order[i]);
  }

  /** Log weight of a configuration (nats); 0 where the ensemble is not weighted. */
  public double logWeight(int i) {
    return index.logWeight(order[i]);
  }

  int slot(int i) {
    return index.slot(order[i]);
  }

  int crc32c(int i) {
    return index.crc32c(order[i]);
  }

  /** The configurations of each replica, {@code [first, end)} of the order, one after the other. */
  public List<int[]> replicas() {
    List<int[]> replicas = new ArrayList<>();
    for (int i = 0; i < size(); ) {
      int end = i + 1;
      while (end < size() && replica(end) == replica(i)) {
        end++;
      }
      replicas.add(new int[] {i, end});
      i = end;
    }
    return replicas;
  }

  /** Opens the configurations for reading, from the first. */
  public EnsembleReader read() {
    return new EnsembleReader(this);
  }

  /** Names of the observables that were measured when the configurations came. */
  public List<String> observables() {
    return columns;
  }

  /**
   * Measured observables.
   *
   * @param names some of {@link #observables}
   * @return {@code [name][configuration]}
   */
  public double[][] measured(List<String> names) {
    int[] positions = names.stream().mapToInt(columns::indexOf).toArray();
    double[][] values = new double[names.size()][size()];
    int rowBytes = columns.size() * Double.BYTES;
    int[] places = new int[size()];
    Arrays.setAll(places, this::slot);
    try (FileChannel file = FileChannel.open(folder.measured(), StandardOpenOption.READ)) {
      int most = (int) Math.max(1, (1 << 20) / rowBytes);
      ByteBuffer rows = ByteBuffer.allocate(most * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < places.length; ) {
        int run = 1;
        while (run < most && i + run < places.length && places[i + run] == places[i] + run) {
          run++;
        }
        rows.clear().limit(run * rowBytes);
        Channels.readFully(file, rows, (long) places[i] * rowBytes);
        for (int r = 0; r < run; r++) {
          for (int k = 0; k < positions.length; k++) {
            values[k][i + r] = rows.getDouble(r * rowBytes + positions[k] * Double.BYTES);
          }
        }
        i += run;
      }
    } catch (IOException e) {
      throw new EnsembleFileException(
          folder.measured() + ": " + e.getMessage() + " (remedy: remove it and push again)", e);
    }
    return values;
  }

  /** How many columns of measurements fit into memory together. */
  int columnsAtATime() {
    return (int) Math.max(1, COLUMNS_BYTES / Double.BYTES / Math.max(1, size()));
  }
}
