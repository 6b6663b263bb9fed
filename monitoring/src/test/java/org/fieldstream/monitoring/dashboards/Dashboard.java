package org.fieldstream.monitoring.dashboards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One dashboard in Grafana's model, panels laid out in rows from left to right on 24 columns. */
final class Dashboard {
  private static final int COLUMNS = 24;

  private final Map<String, Object> model = new LinkedHashMap<>();
  private final List<Object> variables = new ArrayList<>();
  private final List<Object> panels = new ArrayList<>();
  private int x;
  private int y;
  private int rowHeight;

  Dashboard(String uid, String title, String description) {
    model.put("uid", uid);
    model.put("title", title);
    model.put("description", description);
    model.put("tags", List.of("fieldstream"));
    model.put("editable", true);
    model.put("graphTooltip", 1);
    model.put("schemaVersion", 38);
    model.put("refresh", "10s");
    model.put("time", map("from", "now-1h", "to", "now"));
    model.put("timezone", "browser");
    model.put("templating", map("list", variables));
    model.put("panels", panels);
    variables.add(
        map(
            "name",
            "datasource",
            "label",
            "Data source",
            "type",
            "datasource",
            "query",
            "prometheus"));
  }

  /** A variable that takes the values of a label of a metric. */
  Dashboard choice(String label, String metric) {
    variables.add(
        map(
            "name",
            label,
            "label",
            label,
            "type",
            "query",
            "datasource",
            source(),
            "query",
            map("query", "label_values(" + metric + ", " + label + ")", "refId", "A"),
            "refresh",
            2,
            "includeAll",
            true,
            "multi",
            true,
            "allValue",
            ".*",
            "current",
            map("text", "All", "value", "$__all")));
    return this;
  }

  /** One number. */
  Dashboard stat(String title, String unit, String description, Query query) {
    return panel("stat", title, unit, description, 6, 4, map("colorMode", "value"), query);
  }

  /** One number that is red from 1 on. */
  Dashboard warning(String title, String description, Query query) {
    panel("stat", title, "none", description, 6, 4, map("colorMode", "background"), query);
    defaults().put("thresholds", thresholds(1));
    return this;
  }

  /** Curves. */
  Dashboard curves(String title, String unit, String description, Query... queries) {
    return panel(
        "timeseries",
        title,
        unit,
        description,
        12,
        8,
        map("legend", map("displayMode", "list", "placement", "bottom", "showLegend", true)),
        queries);
  }

  /** Curves with a red region from a threshold on. */
  Dashboard limited(
      String title, String unit, String description, double threshold, Query... queries) {
    curves(title, unit, description, queries);
    defaults().put("thresholds", thresholds(threshold));
    defaults().put("custom", map("thresholdsStyle", map("mode", "area")));
    return this;
  }

  /** Bands that are red where the value is 1. */
  Dashboard states(String title, String description, Query query) {
    panel("state-timeline", title, "none", description, 24, 8, map("showValue", "never"), query);
    defaults().put("thresholds", thresholds(1));
    return this;
  }

  String json() {
    return Json.text(model);
  }

  private Dashboard panel(
      String type,
      String title,
      String unit,
      String description,
      int width,
      int height,
      Map<String, Object> options,
      Query... queries) {
    if (x + width > COLUMNS) {
      x = 0;
      y += rowHeight;
    }
    rowHeight = height;
    List<Object> targets = new ArrayList<>();
    for (Query query : queries) {
      targets.add(
          map(
              "refId", String.valueOf((char) ('A' + targets.size())),
              "expr", query.expression(),
              "legendFormat", query.legend(),
              "datasource", source()));
    }
    Map<String, Object> defaults = map("unit", unit);
    panels.add(
        map(
            "id", panels.size() + 1,
            "type", type,
            "title", title,
            "description", description,
            "gridPos", map("x", x, "y", y, "w", width, "h", height),
            "datasource", source(),
            "fieldConfig", map("defaults", defaults, "overrides", List.of()),
            "options", options,
            "targets", targets));
    x += width;
    return this;
  }

  /** Defaults of the last panel's fields. */
  @SuppressWarnings("unchecked")
  private Map<String, Object> defaults() {
    Map<String, Object> last = (Map<String, Object>) panels.get(panels.size() - 1);
    return (Map<String, Object>) ((Map<String, Object>) last.get("fieldConfig")).get("defaults");
  }

  private static Map<String, Object> thresholds(double red) {
    // The first step has no value: it begins at minus infinity.
    return map(
        "mode",
        "absolute",
        "steps",
        List.of(map("color", "green"), map("color", "red", "value", red)));
  }

  private static Map<String, Object> source() {
    return map("type", "prometheus", "uid", "${datasource}");
  }

  private static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }

  /**
   * What a curve shows.
   *
   * @param expression PromQL
   * @param legend name of the curve, labels in double braces
   */
  record Query(String expression, String legend) {}
}
