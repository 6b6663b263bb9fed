package org.fieldstream.server.generator.exact;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.generator.Crew;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.gauge.RandomWords;
import org.fieldstream.server.generator.gauge.TreeLinks;
import org.fieldstream.server.theory.Angles;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.theory.U1Plaquettes;

/**
 * Exact draws of links: plaquettes by {@link TorusPlaquettes}, links with these plaquettes by
 * {@link TreeLinks}, whose volume element is that of the plaquettes, so
 *
 * <pre>log q = -S - log Z,    Z = (2 pi)^(2V) sum_n I_n(beta)^V.</pre>
 *
 * In double, on threads of this machine's processor whatever the device; links are rounded to
 * float32 at the end.
 */
final class ExactSource implements DrawSource {
  /** Draws of random numbers: plaquettes, gauge. */
  private static final int PLAQUETTES = 0;

  private static final int GAUGE = 1;

  /** Field values of a full batch: some milliseconds of work. */
  private static final int BATCH_VALUES = 1 << 17;

  private static final int MOST_LANES = 512;

  private final FieldShape shape;
  private final double beta;
  private final double logZ;
  private final TorusPlaquettes torus;
  private final U1Plaquettes geometry;
  private final Crew crew;
  private final int threads;
  private final int preferredLanes;

  ExactSource(U1 u1, int threads) {
    shape = new FieldShape(u1.components(), u1.extents());
    beta = u1.beta();
    logZ = u1.exact().logZ();
    torus = new TorusPlaquettes(u1.sites(), beta);
    geometry = u1.plaquettes();
    crew = new Crew("exact", threads);
    this.threads = threads;
    preferredLanes = Math.max(threads, Math.min(MOST_LANES, BATCH_VALUES / shape.size()));
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int preferredLanes() {
    return preferredLanes;
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count) {
    if (count < 1 || count > preferredLanes) {
      throw new IllegalArgumentException(
          "count: " + count + " (expected: 1 to " + preferredLanes + ")");
    }
    DrawBatch batch =
        new DrawBatch(count, new float[count * shape.size()], new double[count], new double[count]);
    int shares = Math.min(threads, count);
    List<Share> work = new ArrayList<>();
    for (int g = 0; g < shares; g++) {
      work.add(new Share(seeds, indices, batch, count * g / shares, count * (g + 1) / shares));
    }
    crew.work(work);
    return batch;
  }

  /** Some lanes of a batch, and a thread's scratch arrays. */
  private final class Share implements Runnable {
    private final long[] seeds;
    private final long[] indices;
    private final DrawBatch batch;
    private final int from;
    private final int to;
    private final RandomWords random = new RandomWords();
    private final double[] plaquettes = new double[shape.sites()];
    private final TreeLinks links = new TreeLinks(geometry);

    Share(long[] seeds, long[] indices, DrawBatch batch, int from, int to) {
      this.seeds = seeds;
      this.indices = indices;
      this.batch = batch;
      this.from = from;
      this.to = to;
    }

    @Override
    public void run() {
      for (int lane = from; lane < to; lane++) {
        random.start(seeds[lane], indices[lane], PLAQUETTES);
        torus.draw(random, plaquettes);
        double sum = 0;
        for (double angle : plaquettes) {
          sum += Angles.cos(angle);
        }
        batch.action()[lane] = -beta * sum;
        batch.logDensity()[lane] = beta * sum - logZ;
        random.start(seeds[lane], indices[lane], GAUGE);
        links.draw(plaquettes, random, batch.fields(), lane * shape.size());
      }
    }
  }

  @Override
  public void close() {
    crew.close();
  }
}
