package org.fieldstream.server.testing;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleUnaryOperator;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Chains phi' = phi / 2 + sqrt(3/4) noise, started at 1 and thermalised in three slices. What they
 * show may be moved as time goes on, which makes chains that no one should trust.
 */
public final class AutoregressiveChains implements Model.Chains {
  private final String id;
  private final int chains;
  private final Exactness exactness;
  private final DoubleUnaryOperator offset;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger steps = new AtomicInteger();

  /** So many chains. */
  public AutoregressiveChains(int chains, Exactness exactness) {
    this("ar", chains, exactness, time -> 0);
  }

  /**
   * Chains that are not what they seem.
   *
   * @param offset what is added to all sites, by steps made
   */
  public AutoregressiveChains(
      String id, int chains, Exactness exactness, DoubleUnaryOperator offset) {
    this.id = id;
    this.offset = offset;
    this.chains = chains;
    this.exactness = exactness;
  }

  /** Sources open now. */
  public int open() {
    return open.get();
  }

  /** Steps made so far. */
  public int steps() {
    return steps.get();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String generator() {
    return "ar";
  }

  @Override
  public String digest() {
    return "cd".repeat(32);
  }

  @Override
  public @Nullable Target target() {
    return null;
  }

  @Override
  public Set<Exactness> exactness() {
    return Set.of(exactness);
  }

  @Override
  public Map<String, String> facts() {
    return Map.of();
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    if (requested == null) {
      throw new BadTargetException("theory", "none (expected: a target, for a chain)");
    }
    return requested;
  }

  @Override
  public long bytes(Target target) {
    int sites = target.extents().stream().reduce(1, Math::multiplyExact);
    return 4L * chains * sites;
  }

  @Override
  public ChainSource open(Target target, long seed, Machine machine) {
    open.incrementAndGet();
    GaussTheory theory = (GaussTheory) GaussTheory.CATALOG.of(target);
    int size = theory.sites();
    float[] state = new float[chains * size];
    Arrays.fill(state, 1);
    return new ChainSource() {
      private int slices;
      private long time;

      @Override
      public FieldShape shape() {
        return new FieldShape(1, target.extents());
      }

      @Override
      public int chains() {
        return chains;
      }

      @Override
      public boolean thermalise() {
        move();
        return ++slices == 3;
      }

      @Override
      public String thermalisation() {
        return "3 steps";
      }

      @Override
      public ChainBatch step() {
        move();
        steps.incrementAndGet();
        double[] action = new double[chains];
        double[] logDensity = new double[chains];
        boolean[] accepted = new boolean[chains];
        float[] shown = state.clone();
        float move = (float) offset.applyAsDouble(time);
        for (int k = 0; k < shown.length && move != 0; k++) {
          shown[k] += move;
        }
        for (int c = 0; c < chains; c++) {
          action[c] = theory.action(shown, c * size);
          logDensity[c] = -action[c];
          accepted[c] = (time + c) % 3 != 0;
        }
        return new ChainBatch(new DrawBatch(chains, shown, action, logDensity), accepted);
      }

      private void move() {
        float[] noise = new float[size];
        for (int c = 0; c < chains; c++) {
          UniformDraws.uniforms(seed, time * chains + c, noise, 0, size);
          for (int x = 0; x < size; x++) {
            state[c * size + x] = 0.5f * state[c * size + x] + 0.8660254f * noise[x];
          }
        }
        time++;
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }
}
