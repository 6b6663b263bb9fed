package org.fieldstream.server.cumulant;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Cumulants against the noise as an SVG picture: a panel for each kind and order, the expected
 * cumulant of the forward process as a line, forward and backward process as points with error
 * bars. The noise is drawn as {@code asinh(sigma)}, linear for small noise and logarithmic for
 * large; points whose error bar is higher than the panel are left out.
 */
public final class CumulantPlot {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 240;
  private static final int LEFT = 70;
  private static final int BELOW = 40;
  private static final int TOP = 30;
  private static final int RIGHT = 12;

  private CumulantPlot() {}

  /** The picture. */
  public static String svg(String title, List<CumulantRow> rows) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"11\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                + "<text x=\"12\" y=\"20\" font-size=\"14\">%s</text>%n"
                + "<text x=\"12\" y=\"38\">line: expected of the forward process;"
                + " <tspan fill=\"#1f6fb4\">circles: forward</tspan>;"
                + " <tspan fill=\"#c2410c\">squares: backward</tspan></text>%n",
            3 * WIDTH,
            2 * HEIGHT + 50,
            escaped(title)));
    int panel = 0;
    for (String of : List.of("site", "zero_mode")) {
      for (int order : EvenMoments.ORDERS) {
        List<CumulantRow> some =
            rows.stream().filter(r -> r.of().equals(of) && r.order() == order).toList();
        if (!some.isEmpty()) {
          panel(svg, some, panel % 3 * WIDTH, 50 + panel / 3 * HEIGHT);
        }
        panel++;
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static void panel(StringBuilder svg, List<CumulantRow> rows, int x0, int y0) {
    double far = asinh(rows.stream().mapToDouble(CumulantRow::sigma).max().orElse(1));
    double low = 0;
    double high = 0;
    for (CumulantRow row : rows) {
      // The noise's share of order 2 would leave nothing to see of the field's.
      double scale = row.order() == 2 ? 4 * rows.get(0).expected() : row.expected();
      low = Math.min(low, 1.6 * scale);
      high = Math.max(high, 1.6 * scale);
    }
    double pad = 0.3 * (high - low);
    double bottom = low - (low < 0 || rows.get(0).order() == 2 ? 0 : pad);
    double top = high + (high > 0 ? 0 : pad);
    ToDoubleFunction<Double> across =
        sigma -> x0 + LEFT + asinh(sigma) / far * (WIDTH - LEFT - RIGHT);
    ToDoubleFunction<Double> up =
        k -> y0 + TOP + (top - k) / (top - bottom) * (HEIGHT - TOP - BELOW);
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>%n"
                + "<text x=\"%d\" y=\"%d\">%s, order %d</text>%n",
            x0 + LEFT,
            y0 + TOP,
            WIDTH - LEFT - RIGHT,
            HEIGHT - TOP - BELOW,
            x0 + LEFT,
            y0 + TOP - 6,
            rows.get(0).of().replace('_', ' '),
            rows.get(0).order()));
    for (double k : bottom == 0 ? new double[] {0, top} : new double[] {bottom, 0, top}) {
      label(svg, x0 + LEFT - 4, up.applyAsDouble(k) + 4, "end", k);
    }
    for (double sigma : new double[] {0, 1, 10, 100}) {
      if (asinh(sigma) <= far) {
        label(svg, across.applyAsDouble(sigma), y0 + HEIGHT - BELOW + 14, "middle", sigma);
      }
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">sigma</text>%n<polyline fill=\"none\""
                + " stroke=\"#222\" points=\"",
            x0 + (WIDTH + LEFT) / 2,
            y0 + HEIGHT - BELOW + 28));
    for (CumulantRow row : rows) {
      if (row.expected() <= top) {
        svg.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                across.applyAsDouble(row.sigma()),
                up.applyAsDouble(row.expected())));
      }
    }
    svg.append(String.format("\"/>%n"));
    for (CumulantRow row : rows) {
      double x = across.applyAsDouble(row.sigma());
      Bar forward = new Bar(row.forward(), row.forwardError(), x - 2, "#1f6fb4", true);
      Bar backward = new Bar(row.backward(), row.backwardError(), x + 2, "#c2410c", false);
      for (Bar bar : List.of(forward, backward)) {
        if (bar.value() <= top && bar.value() >= bottom && bar.error() < (top - bottom) / 2) {
          bar.draw(svg, up, bottom, top);
        }
      }
    }
  }

  /** A point with its error bar. */
  private record Bar(double value, double error, double x, String colour, boolean circle) {
    void draw(StringBuilder svg, ToDoubleFunction<Double> up, double bottom, double top) {
      double y = up.applyAsDouble(value);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
              x,
              x,
              up.applyAsDouble(Math.max(bottom, value - error)),
              up.applyAsDouble(Math.min(top, value + error)),
              colour));
      svg.append(
          circle
              ? String.format(
                  Locale.ROOT,
                  "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                  x,
                  y,
                  colour)
              : String.format(
                  Locale.ROOT,
                  "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" fill=\"%s\"/>%n",
                  x - 3,
                  y - 3,
                  colour));
    }
  }

  private static void label(StringBuilder svg, double x, double y, String anchor, double value) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%.3g</text>%n",
            x,
            y,
            anchor,
            value));
  }

  private static double asinh(double x) {
    return Math.log(x + Math.sqrt(x * x + 1));
  }
}
