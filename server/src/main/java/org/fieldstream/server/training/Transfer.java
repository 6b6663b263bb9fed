package org.fieldstream.server.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SpectralOrbits;
import org.fieldstream.server.generator.flow.SplitShape;

/**
 * Starts a flow on one lattice from a flow trained on another: layers keep their weights, block by
 * block of equal level; spectra are interpolated in khat^2, after division by the free spectrum of
 * the lattice's own correlation length. What the trained flow has no counterpart of starts as it
 * would without it.
 */
final class Transfer {
  private Transfer() {}

  /** Starting values for a flow of the given shape. */
  static double[] start(FlowModel from, FlowShape shape, FlowTheory theory, long seed) {
    Flow old = from.shape().on(FlowTheory.of(from.target()));
    Flow flow = shape.on(theory);
    Lattice lattice = flow.lattice();
    double[] theta = flow.initial(seed);
    double[] source = from.theta();
    boolean local = shape instanceof AffineShape || shape instanceof PlaquetteShape;
    if (local && from.shape().equals(shape)) {
      return source; // networks and waves know nothing of the lattice
    }
    double[] plain = old.initial(seed);
    SpectralOrbits fine = new SpectralOrbits(lattice);
    SpectralOrbits coarse = new SpectralOrbits(old.lattice());
    if (from.shape() instanceof SplitShape a && shape instanceof SplitShape b) {
      splitLayers(a, old, source, b, flow, theta);
      for (int block = 1; block < b.blocks().size(); block++) {
        int twin = twin(a, b.blocks().get(block).level());
        if (twin > 0) {
          int to = tensor(flow, "filter.log_gain").offset() + (block - 1) * fine.size();
          int at = tensor(old, "filter.log_gain").offset() + (twin - 1) * coarse.size();
          interpolate(coarse, source, at, plain, fine, theta, to);
        }
      }
    } else if (from.shape() instanceof OdeShape && shape instanceof OdeShape) {
      for (String name : new String[] {"ode.frequency", "ode.weight"}) {
        Flow.Tensor to = tensor(flow, name);
        Flow.Tensor at = tensor(old, name);
        if (!to.shape().equals(at.shape())) {
          throw new IllegalArgumentException(
              "start: " + name + " " + at.shape() + " (expected: " + to.shape() + ")");
        }
        System.arraycopy(source, at.offset(), theta, to.offset(), to.size());
      }
    } else {
      throw new IllegalArgumentException(
          from.shape().form().equals(shape.form())
              ? "start: " + from.shape() + " (expected: " + shape + ")"
              : "start: a flow of form "
                  + from.shape().form()
                  + " (expected: "
                  + shape.form()
                  + ")");
    }
    interpolate(coarse, source, 0, plain, fine, theta, 0);
    return theta;
  }

  private static void splitLayers(
      SplitShape a, Flow old, double[] source, SplitShape b, Flow flow, double[] theta) {
    if (a.sines() != b.sines()) {
      throw new IllegalArgumentException(
          "start: " + a.sines() + " sines (expected: " + b.sines() + ")");
    }
    if (a.gates() > 0 && a.gates() != b.gates()) {
      throw new IllegalArgumentException(
          "start: " + a.gates() + " gates (expected: " + b.gates() + ")");
    }
    List<String> names = new ArrayList<>(List.of("layer.frequency", "layer.weight"));
    if (a.gates() > 0) {
      names.addAll(List.of("gate.wave", "gate.weight"));
    }
    int first = 0;
    for (SplitShape.Block block : b.blocks()) {
      int twin = twin(a, block.level());
      int twinFirst =
          a.blocks().stream().limit(Math.max(0, twin)).mapToInt(SplitShape.Block::layers).sum();
      int common = twin < 0 ? 0 : Math.min(block.layers(), a.blocks().get(twin).layers());
      for (int layer = 0; layer < common; layer++) {
        for (String name : names) {
          Flow.Tensor to = tensor(flow, name);
          Flow.Tensor at = tensor(old, name);
          int width = to.size() / to.shape().get(0);
          System.arraycopy(
              source,
              at.offset() + (twinFirst + layer) * width,
              theta,
              to.offset() + (first + layer) * width,
              width);
        }
      }
      first += block.layers();
    }
  }

  private static int twin(SplitShape shape, int level) {
    for (int i = 0; i < shape.blocks().size(); i++) {
      if (shape.blocks().get(i).level() == level) {
        return i;
      }
    }
    return -1;
  }

  private static Flow.Tensor tensor(Flow flow, String name) {
    return flow.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  /** Carries what training changed in a spectrum to the orbits of another lattice. */
  private static void interpolate(
      SpectralOrbits from,
      double[] source,
      int at,
      double[] plain,
      SpectralOrbits to,
      double[] theta,
      int offset) {
    Integer[] order = new Integer[from.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(from::khat2));
    for (int o = 0; o < to.size(); o++) {
      double k = to.khat2(o);
      int upper = 0;
      while (upper < order.length - 1 && from.khat2(order[upper]) < k) {
        upper++;
      }
      int lower = Math.max(0, upper - 1);
      double a = from.khat2(order[lower]);
      double b = from.khat2(order[upper]);
      double t = b > a ? Math.max(0, Math.min(1, (k - a) / (b - a))) : 0;
      double low = source[at + order[lower]] - plain[at + order[lower]];
      double high = source[at + order[upper]] - plain[at + order[upper]];
      theta[offset + o] += (1 - t) * low + t * high;
    }
  }
}
