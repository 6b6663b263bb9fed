package org.fieldstream.client.testing;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/**
 * The messages of one deterministic stream: configuration i is independent standard normals, a
 * function of (seed, i) alone; its action is sum phi^2 / 2.
 */
public final class FakeStream {
  public static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  private static final long TOKEN_MAGIC = 0x46616b65546f6b65L;

  private final SubscribeRequest request;
  private final List<Integer> extents;
  private final DType dtype;
  private final Exactness exactness;
  private final int batchSize;
  private long index;
  private boolean told;

  public FakeStream(SubscribeRequest request) {
    this.request = request;
    this.extents =
        request.getTarget().getExtentsCount() == 0
            ? List.of(4, 4)
            : request.getTarget().getExtentsList();
    this.dtype =
        request.getDtype() == DType.DTYPE_UNSPECIFIED ? DType.DTYPE_FLOAT32 : request.getDtype();
    this.exactness =
        request.getExactness() == Exactness.EXACTNESS_UNSPECIFIED
            ? Exactness.EXACTNESS_METROPOLIS
            : request.getExactness();
    this.batchSize = request.getBatchSize() == 0 ? 7 : request.getBatchSize();
    if (!request.getResumeToken().isEmpty()) {
      ByteBuffer token = request.getResumeToken().asReadOnlyByteBuffer();
      if (token.getLong() != TOKEN_MAGIC || token.getLong() != request.getSeed()) {
        throw new IllegalArgumentException("resume_token: of another stream");
      }
      index = token.getLong();
    }
  }

  public boolean isComplete() {
    return request.getCount() != 0 && index >= request.getCount();
  }

  /** The field of configuration i, {@code [L0, L1, ...]}, C order. */
  public static double[] field(long seed, long i, int sites) {
    SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + i);
    double[] field = new double[sites];
    for (int x = 0; x < sites; x++) {
      field[x] = (float) random.nextGaussian();
    }
    return field;
  }

  /** Strengths of the noise at the levels that a request asks for. */
  public static List<Double> sigmas(SubscribeRequest request) {
    int count = request.getDenoising().getCount();
    return count == 0
        ? request.getDenoising().getSigmasList()
        : IntStream.range(0, count).mapToObj(level -> count - 1.0 - level).toList();
  }

  /** The configurations at all levels: constant noise of that strength. */
  private Denoising denoising(int n, int sites, int width) {
    List<Double> sigmas = sigmas(request);
    ByteBuffer bytes =
        ByteBuffer.allocate(n * sigmas.size() * sites * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int k = 0; k < n; k++) {
      double[] field = field(request.getSeed(), index + k, sites);
      for (double sigma : sigmas) {
        for (double phi : field) {
          put(bytes, width, phi + sigma);
        }
      }
    }
    Denoising.Builder denoising = Denoising.newBuilder();
    if (!told) {
      denoising.addAllSigmas(sigmas);
      told = true;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return denoising
        .addShape(n)
        .addShape(sigmas.size())
        .addShape(1)
        .addAllShape(extents)
        .setCrc32C((int) crc.getValue())
        .setFields(ByteString.copyFrom(bytes.array()))
        .build();
  }

  private static void put(ByteBuffer bytes, int width, double value) {
    if (width == 8) {
      bytes.putDouble(value);
    } else {
      bytes.putFloat((float) value);
    }
  }

  /** Value of an observable on a field. */
  public static double observable(String name, double[] field) {
    double m = 0;
    double phi2 = 0;
    for (double phi : field) {
      m += phi / field.length;
      phi2 += phi * phi / field.length;
    }
    return switch (name) {
      case "phi2" -> phi2;
      case "m" -> m;
      case "abs_m" -> Math.abs(m);
      case "m2" -> m * m;
      case "m4" -> m * m * m * m;
      case "f_min" -> 0.5 * m * m * field.length + 0.1;
      case "phi4" -> 3 * phi2 * phi2;
      case "action_per_site" -> phi2 / 2;
      default -> throw new IllegalArgumentException("observables: " + name);
    };
  }

  public SubscribeResponse next() {
    int n = batchSize;
    if (request.getCount() != 0) {
      n = (int) Math.min(n, request.getCount() - index);
    }
    int sites = extents.stream().reduce(1, (a, b) -> a * b);
    int width = dtype == DType.DTYPE_FLOAT64 ? 8 : 4;
    ByteBuffer bytes = ByteBuffer.allocate(n * sites * width).order(ByteOrder.LITTLE_ENDIAN);
    SubscribeResponse.Builder message =
        SubscribeResponse.newBuilder()
            .setFirstIndex(index)
            .setCount(n)
            .addShape(n)
            .addShape(1)
            .addAllShape(extents)
            .setDtype(dtype)
            .setExactness(exactness)
            .setModelDigest(DIGEST);
    Series.Builder[] series = new Series.Builder[request.getObservablesCount()];
    for (int o = 0; o < series.length; o++) {
      series[o] = Series.newBuilder();
    }
    for (int k = 0; k < n; k++) {
      double[] field = field(request.getSeed(), index + k, sites);
      for (double phi : field) {
        put(bytes, width, phi);
      }
      message.addAction(sites * observable("action_per_site", field));
      if (!request.getModel().equals("hmc")) {
        message.addLogWeight(0.1 * field[0]);
      }
      if (exactness != Exactness.EXACTNESS_RAW && exactness != Exactness.EXACTNESS_REWEIGHT) {
        message.addAccepted((index + k) % 4 != 3);
      }
      for (int o = 0; o < series.length; o++) {
        series[o].addValues(observable(request.getObservables(o), field));
      }
    }
    for (int o = 0; o < series.length; o++) {
      message.putObservables(request.getObservables(o), series[o].build());
    }
    if (request.hasDenoising()) {
      message.setDenoising(denoising(n, sites, width));
    }
    index += n;
    ByteBuffer token = ByteBuffer.allocate(24);
    token.putLong(TOKEN_MAGIC).putLong(request.getSeed()).putLong(index).flip();
    message.setResumeToken(ByteString.copyFrom(token));
    if (!request.getOmitFields()) {
      CRC32C crc = new CRC32C();
      crc.update(bytes.array());
      message.setCrc32C((int) crc.getValue()).setFields(ByteString.copyFrom(bytes.array()));
    }
    return message.build();
  }
}
