package org.fieldstream.server.ensemble.format;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldstream.server.ensemble.Configurations;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleReader;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * HDF5: one file with datasets {@code fields [n, components, L0, ...]}, {@code configuration_id},
 * {@code replica}, {@code action}, and {@code log_weight} of weighted ensembles; attributes of the
 * root {@code theory}, {@code extents}, {@code couplings} and {@code coupling_values}, {@code
 * exactness}, {@code generator}.
 *
 * <p>The library that writes it wants the whole array in memory, so what can be written is bounded
 * by the heap; numpy's format has no such bound.
 */
final class Hdf5Format implements EnsembleFormat {
  private static final int BLOCK = 256;

  /** Part of the heap that a dataset may take. */
  private static final int SHARE = 4;

  @Override
  public String name() {
    return "hdf5";
  }

  @Override
  public boolean suits(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  @Override
  public void write(Ensemble ensemble, Path to) throws IOException {
    if (Files.exists(to)) {
      throw new IllegalArgumentException("to: " + to + " exists (expected: a new file)");
    }
    Precision precision = ensemble.spec().precision();
    long bytes = (long) ensemble.size() * ensemble.valuesPerConfiguration() * precision.bytes();
    long most = Runtime.getRuntime().maxMemory() / SHARE;
    if (ensemble.size() == 0 || bytes > most) {
      throw new IllegalArgumentException(
          "ensemble: %d MiB of fields in %d configurations (expected: some, and at most %d MiB, a quarter of the heap; export as npy, or give java a larger -Xmx)"
              .formatted(bytes >> 20, ensemble.size(), most >> 20));
    }
    try (WritableHdfFile file = HdfFile.write(to)) {
      file.putDataset("fields", fields(ensemble));
      int n = ensemble.size();
      long[] ids = new long[n];
      int[] replicas = new int[n];
      double[] actions = new double[n];
      double[] logWeights = new double[n];
      Arrays.setAll(ids, ensemble::id);
      Arrays.setAll(replicas, ensemble::replica);
      Arrays.setAll(actions, ensemble::action);
      Arrays.setAll(logWeights, ensemble::logWeight);
      file.putDataset("configuration_id", ids);
      file.putDataset("replica", replicas);
      file.putDataset("action", actions);
      if (ensemble.spec().exactness() == Exactness.REWEIGHT) {
        file.putDataset("log_weight", logWeights);
      }
      Target target = ensemble.target();
      Map<String, Double> couplings = new TreeMap<>(target.couplings());
      file.putAttribute("theory", target.theory());
      file.putAttribute("extents", target.extents().stream().mapToInt(Integer::intValue).toArray());
      file.putAttribute("couplings", couplings.keySet().toArray(String[]::new));
      file.putAttribute(
          "coupling_values",
          couplings.values().stream().mapToDouble(Double::doubleValue).toArray());
      file.putAttribute("exactness", ensemble.spec().exactness().name());
      // An empty text is no attribute that HDF5 knows.
      String generator = ensemble.spec().generator();
      file.putAttribute("generator", generator.isEmpty() ? "unknown" : generator);
    }
    verify(ensemble, to);
  }

  /** The library calls its writing young: what it wrote is read again and compared. */
  private void verify(Ensemble ensemble, Path file) throws IOException {
    try (ForeignEnsemble written = open(file);
        EnsembleReader reader = ensemble.read()) {
      for (Configurations some = reader.next(BLOCK); some.count() > 0; some = reader.next(BLOCK)) {
        if (!written.fields(some.first(), some.count()).equals(some.bytes())) {
          throw new IOException(
              file + ": not what was written (expected: the same bytes; export as npy)");
        }
      }
    }
  }

  /** {@code float[n][components][L0]...}, or double. */
  private static Object fields(Ensemble ensemble) {
    int[] dimensions = new int[ensemble.shape().size() + 1];
    dimensions[0] = ensemble.size();
    for (int d = 1; d < dimensions.length; d++) {
      dimensions[d] = ensemble.shape().get(d - 1);
    }
    boolean single = ensemble.spec().precision() == Precision.FLOAT32;
    Object all = Array.newInstance(single ? float.class : double.class, dimensions);
    try (EnsembleReader reader = ensemble.read()) {
      for (Configurations some = reader.next(BLOCK); some.count() > 0; some = reader.next(BLOCK)) {
        ByteBuffer bytes = some.bytes().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < some.count(); i++) {
          fill(Array.get(all, some.first() + i), bytes);
        }
      }
    }
    return all;
  }

  private static void fill(Object array, ByteBuffer from) {
    if (array instanceof float[] floats) {
      from.asFloatBuffer().get(floats);
      from.position(from.position() + floats.length * Float.BYTES);
    } else if (array instanceof double[] doubles) {
      from.asDoubleBuffer().get(doubles);
      from.position(from.position() + doubles.length * Double.BYTES);
    } else {
      for (int i = 0; i < Array.getLength(array); i++) {
        fill(Array.get(array, i), from);
      }
    }
  }

  /** The other way; whatever the numbers are, as float or double. */
  private static void drain(Object array, ByteBuffer into) {
    if (array instanceof float[] floats) {
      into.asFloatBuffer().put(floats);
      into.position(into.position() + floats.length * Float.BYTES);
    } else if (array instanceof double[] doubles) {
      into.asDoubleBuffer().put(doubles);
      into.position(into.position() + doubles.length * Double.BYTES);
    } else {
      for (int i = 0; i < Array.getLength(array); i++) {
        drain(Array.get(array, i), into);
      }
    }
  }

  @Override
  public ForeignEnsemble open(Path from) {
    HdfFile file = new HdfFile(from);
    try {
      return new Opened(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** A file. */
  private static final class Opened implements ForeignEnsemble {
    private final HdfFile file;
    private final Dataset fields;
    private final List<Integer> dimensions;
    private final Precision precision;

    private Opened(HdfFile file) {
      this.file = file;
      Dataset found = dataset("fields");
      if (found == null) {
        throw new IllegalArgumentException(
            "%s: no dataset fields (expected: fields [n, components, L0, ...])"
                .formatted(file.getFile()));
      }
      fields = found;
      dimensions = Arrays.stream(fields.getDimensions()).boxed().toList();
      Class<?> type = fields.getJavaType();
      if (type != float.class && type != double.class || dimensions.size() < 2) {
        throw new IllegalArgumentException(
            "fields: %s of shape %s (expected: float or double, [n, components, L0, ...])"
                .formatted(type, dimensions));
      }
      precision = type == float.class ? Precision.FLOAT32 : Precision.FLOAT64;
    }

    private @Nullable Dataset dataset(String name) {
      Node node = file.getChildren().get(name);
      return node instanceof Dataset dataset ? dataset : null;
    }

    @Override
    public Optional<EnsembleSpec> spec() {
      Object theory = attribute("theory");
      Object extents = attribute("extents");
      Object names = attribute("couplings");
      Object values = attribute("coupling_values");
      if (!(theory instanceof String name)
          || !(extents instanceof int[] lattice)
          || names == null
          || values == null) {
        return Optional.empty();
      }
      Map<String, Double> couplings = new TreeMap<>();
      for (int i = 0; i < Array.getLength(names); i++) {
        couplings.put(
            String.valueOf(Array.get(names, i)), ((Number) Array.get(values, i)).doubleValue());
      }
      Object exactness = attribute("exactness");
      Object generator = attribute("generator");
      return Optional.of(
          new EnsembleSpec(
              "imported",
              new Target(name, Arrays.stream(lattice).boxed().toList(), couplings),
              precision,
              exactness == null
                  ? Exactness.METROPOLIS
                  : Exactness.valueOf(String.valueOf(exactness)),
              generator == null ? "" : String.valueOf(generator),
              Map.of()));
    }

    private @Nullable Object attribute(String name) {
      Attribute attribute = file.getAttributes().get(name);
      return attribute == null ? null : attribute.getData();
    }

    @Override
    public Precision precision() {
      return precision;
    }

    @Override
    public int size() {
      return dimensions.get(0);
    }

    @Override
    public List<Integer> shape() {
      return dimensions.subList(1, dimensions.size());
    }

    private List<Number> vector(String name) {
      Dataset dataset = dataset(name);
      List<Number> numbers = new ArrayList<>();
      if (dataset != null) {
        Object data = dataset.getDataFlat();
        if (Array.getLength(data) != size()) {
          throw new IllegalArgumentException(
              "%s: %d entries (expected: %d, one for each configuration)"
                  .formatted(name, Array.getLength(data), size()));
        }
        for (int i = 0; i < size(); i++) {
          numbers.add((Number) Array.get(data, i));
        }
      }
      return numbers;
    }

    @Override
    public long[] ids() {
      return vector("configuration_id").stream().mapToLong(Number::longValue).toArray();
    }

    @Override
    public int[] replicas() {
      return vector("replica").stream().mapToInt(Number::intValue).toArray();
    }

    @Override
    public double[] actions() {
      return vector("action").stream().mapToDouble(Number::doubleValue).toArray();
    }

    @Override
    public double[] logWeights() {
      return vector("log_weight").stream().mapToDouble(Number::doubleValue).toArray();
    }

    @Override
    public ByteBuffer fields(int first, int count) {
      long[] offset = new long[dimensions.size()];
      offset[0] = first;
      int[] part = dimensions.stream().mapToInt(Integer::intValue).toArray();
      part[0] = count;
      int bytes = precision.bytes();
      for (int extent : part) {
        bytes = Math.multiplyExact(bytes, extent);
      }
      ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      drain(fields.getData(offset, part), all);
      return all.flip();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
