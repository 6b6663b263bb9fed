package org.fieldstream.server.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SplitShape;

/** Shapes of flows as the architecture of a model file: form and sizes. */
public final class Architecture {
  private Architecture() {}

  /** A shape as the architecture of a model file. */
  public static Map<String, Object> of(FlowShape shape) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("form", shape.form());
    switch (shape.form()) {
      case "split" -> {
        SplitShape split = (SplitShape) shape;
        map.put("blocks", split.text());
        map.put("sines", split.sines());
        if (split.gates() > 0) {
          map.put("gates", split.gates());
        }
        if (split.overlap() > 0) {
          map.put("overlap", split.overlap());
        }
      }
      case "affine" -> {
        AffineShape affine = (AffineShape) shape;
        map.put("layers", affine.layers());
        map.put("hidden", affine.text());
        map.put("kernel", affine.kernel());
      }
      case "plaquette" -> {
        PlaquetteShape plaquette = (PlaquetteShape) shape;
        map.put("layers", plaquette.layers());
        map.put("waves", plaquette.waves());
        PlaquetteShape.Range range = plaquette.range();
        if (range.degree() > 0) {
          map.put("degree", range.degree());
          map.put("least_beta", range.least());
          map.put("most_beta", range.most());
        }
      }
      case "score" -> {
        ScoreShape score = (ScoreShape) shape;
        map.put("widths", score.text());
        map.put("sines", score.sines());
        map.put("modes", score.modes());
        map.put("steps", score.steps());
        if (score.phase() != Phase.SYMMETRIC) {
          map.put("phase", score.phase().text());
        }
      }
      default -> {
        OdeShape ode = (OdeShape) shape;
        map.put("radius", ode.radius());
        map.put("sines", ode.sines());
        map.put("modes", ode.modes());
        map.put("steps", ode.steps());
      }
    }
    return map;
  }

  /**
   * The shape that a model file describes.
   *
   * @throws ModelFileException naming what is wrong
   */
  static FlowShape shape(Map<String, Object> architecture) {
    Object form = architecture.get("form");
    if ("split".equals(form)) {
      return SplitShape.parse(
          String.valueOf(architecture.get("blocks")),
          integer(architecture, "sines"),
          architecture.containsKey("gates") ? integer(architecture, "gates") : 0,
          architecture.containsKey("overlap") ? number(architecture, "overlap") : 0);
    }
    if ("ode".equals(form)) {
      return new OdeShape(
          integer(architecture, "radius"),
          integer(architecture, "sines"),
          integer(architecture, "modes"),
          integer(architecture, "steps"));
    }
    if ("affine".equals(form)) {
      return AffineShape.parse(
          integer(architecture, "layers"),
          String.valueOf(architecture.get("hidden")),
          integer(architecture, "kernel"));
    }
    if ("plaquette".equals(form)) {
      return new PlaquetteShape(
          integer(architecture, "layers"),
          integer(architecture, "waves"),
          architecture.containsKey("degree")
              ? new PlaquetteShape.Range(
                  integer(architecture, "degree"),
                  number(architecture, "least_beta"),
                  number(architecture, "most_beta"))
              : PlaquetteShape.Range.NONE);
    }
    if ("score".equals(form)) {
      return ScoreShape.parse(
          String.valueOf(architecture.get("widths")),
          integer(architecture, "sines"),
          integer(architecture, "modes"),
          integer(architecture, "steps"),
          architecture.containsKey("phase")
              ? Phase.parse(String.valueOf(architecture.get("phase")))
              : Phase.SYMMETRIC);
    }
    throw new ModelFileException(
        "architecture.form: " + form + " (expected: split, ode, affine, plaquette or score)");
  }

  private static double number(Map<String, Object> architecture, String key) {
    if (architecture.get(key) instanceof Number value) {
      return value.doubleValue();
    }
    throw new ModelFileException(
        "architecture." + key + ": " + architecture.get(key) + " (expected: a number)");
  }

  private static int integer(Map<String, Object> architecture, String key) {
    if (architecture.get(key) instanceof Integer value) {
      return value;
    }
    throw new ModelFileException(
        "architecture." + key + ": " + architecture.get(key) + " (expected: an integer)");
  }
}
