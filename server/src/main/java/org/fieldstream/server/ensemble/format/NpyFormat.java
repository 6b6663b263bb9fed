package org.fieldstream.server.ensemble.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldstream.server.ensemble.Configurations;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleReader;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;

/**
 * numpy: a directory of {@code fields.npy [n, components, L0, ...]}, {@code configuration_id.npy},
 * {@code replica.npy}, {@code action.npy}, {@code log_weight.npy} of weighted ensembles, and {@code
 * ensemble.json}. Reads a directory that lacks all but the fields, such as {@code subscribe --out}
 * leaves, and a single {@code .npy} file of fields.
 */
final class NpyFormat implements EnsembleFormat {
  private static final String FIELDS = "fields.npy";
  private static final String IDS = "configuration_id.npy";
  private static final String REPLICAS = "replica.npy";
  private static final String ACTIONS = "action.npy";
  private static final String LOG_WEIGHTS = "log_weight.npy";
  private static final int BLOCK = 256;

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public boolean suits(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.endsWith(".npy") || Files.isDirectory(path) || !name.contains(".");
  }

  @Override
  public void write(Ensemble ensemble, Path to) throws IOException {
    Files.createDirectory(to);
    int n = ensemble.size();
    List<Integer> shape = new ArrayList<>();
    shape.add(n);
    shape.addAll(ensemble.shape());
    String descr = ensemble.spec().precision() == Precision.FLOAT32 ? "<f4" : "<f8";
    try (FileChannel fields = NpyArray.create(to.resolve(FIELDS), descr, shape);
        EnsembleReader reader = ensemble.read()) {
      for (Configurations some = reader.next(BLOCK); some.count() > 0; some = reader.next(BLOCK)) {
        NpyArray.write(fields, some.bytes());
      }
    }
    ByteBuffer ids = ByteBuffer.allocate(n * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer replicas = ByteBuffer.allocate(n * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer actions = ByteBuffer.allocate(n * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer weights = ByteBuffer.allocate(n * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      ids.putLong(ensemble.id(i));
      replicas.putInt(ensemble.replica(i));
      actions.putDouble(ensemble.action(i));
      weights.putDouble(ensemble.logWeight(i));
    }
    vector(to.resolve(IDS), "<u8", n, ids);
    vector(to.resolve(REPLICAS), "<u4", n, replicas);
    vector(to.resolve(ACTIONS), "<f8", n, actions);
    if (ensemble.spec().exactness() == Exactness.REWEIGHT) {
      vector(to.resolve(LOG_WEIGHTS), "<f8", n, weights);
    }
    ensemble.describe(to);
  }

  private static void vector(Path path, String descr, int n, ByteBuffer values) throws IOException {
    try (FileChannel file = NpyArray.create(path, descr, List.of(n))) {
      NpyArray.write(file, values.flip());
    }
  }

  @Override
  public ForeignEnsemble open(Path from) throws IOException {
    boolean directory = Files.isDirectory(from);
    NpyArray fields = NpyArray.open(directory ? from.resolve(FIELDS) : from);
    try {
      return new Opened(fields, directory ? Optional.of(from) : Optional.empty());
    } catch (IOException | RuntimeException e) {
      fields.close();
      throw e;
    }
  }

  /** A directory, or a file. */
  private static final class Opened implements ForeignEnsemble {
    private final NpyArray fields;
    private final Optional<EnsembleSpec> spec;
    private final Precision precision;
    private final int bytes;
    private final long[] ids;
    private final int[] replicas;
    private final double[] actions;
    private final double[] logWeights;

    private Opened(NpyArray fields, Optional<Path> directory) throws IOException {
      this.fields = fields;
      this.precision =
          switch (fields.descr()) {
            case "<f4" -> Precision.FLOAT32;
            case "<f8" -> Precision.FLOAT64;
            default ->
                throw new IllegalArgumentException(
                    "fields: %s (expected: <f4 or <f8; numpy's astype makes it)"
                        .formatted(fields.descr()));
          };
      if (fields.shape().size() < 2) {
        throw new IllegalArgumentException(
            "fields: shape %s (expected: [n, components, L0, ...])".formatted(fields.shape()));
      }
      int values = 1;
      for (int extent : shape()) {
        values = Math.multiplyExact(values, extent);
      }
      bytes = Math.multiplyExact(values, precision.bytes());
      spec = directory.flatMap(Ensemble::described);
      ids = new long[count(directory, IDS)];
      replicas = new int[count(directory, REPLICAS)];
      actions = new double[count(directory, ACTIONS)];
      logWeights = new double[count(directory, LOG_WEIGHTS)];
      if (directory.isPresent()) {
        Path at = directory.get();
        vector(at.resolve(IDS), "<u8", Long.BYTES, ids.length).asLongBuffer().get(ids);
        vector(at.resolve(REPLICAS), "<u4", Integer.BYTES, replicas.length)
            .asIntBuffer()
            .get(replicas);
        vector(at.resolve(ACTIONS), "<f8", Double.BYTES, actions.length)
            .asDoubleBuffer()
            .get(actions);
        vector(at.resolve(LOG_WEIGHTS), "<f8", Double.BYTES, logWeights.length)
            .asDoubleBuffer()
            .get(logWeights);
      }
    }

    private int count(Optional<Path> directory, String name) {
      return directory.isPresent() && Files.exists(directory.get().resolve(name)) ? size() : 0;
    }

    private static ByteBuffer vector(Path path, String format, int width, int n)
        throws IOException {
      if (n == 0) {
        return ByteBuffer.allocate(0);
      }
      try (NpyArray array = NpyArray.open(path)) {
        return array.vector(format, width, n);
      }
    }

    @Override
    public Optional<EnsembleSpec> spec() {
      return spec;
    }

    @Override
    public Precision precision() {
      return precision;
    }

    @Override
    public int size() {
      return fields.shape().get(0);
    }

    @Override
    public List<Integer> shape() {
      return fields.shape().subList(1, fields.shape().size());
    }

    @Override
    public long[] ids() {
      return ids.clone();
    }

    @Override
    public int[] replicas() {
      return replicas.clone();
    }

    @Override
    public double[] actions() {
      return actions.clone();
    }

    @Override
    public double[] logWeights() {
      return logWeights.clone();
    }

    @Override
    public ByteBuffer fields(int first, int count) throws IOException {
      return fields.bytes((long) first * bytes, Math.multiplyExact(count, bytes));
    }

    @Override
    public void close() throws IOException {
      fields.close();
    }
  }
}
