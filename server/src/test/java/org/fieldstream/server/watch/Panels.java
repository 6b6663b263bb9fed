package org.fieldstream.server.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query of a panel of a dashboard that ships.
 *
 * @param panel dashboard and panel, for messages
 * @param expression PromQL, with variables
 */
record Panels(String panel, String expression) {
  private static final List<String> FILES =
      List.of("overview.json", "devices.json", "measurements.json");

  /** What names no metric: strings, label lists, ranges, numbers. */
  private static final Pattern NO_NAMES =
      Pattern.compile(
          "\"[^\"]*\"|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)"
              + "|\\[[^]]*]|\\{[^}]*}");

  /** A name that is no function; keywords are left. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][\\w:]*+(?!\\s*\\()");

  private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** All queries of all panels. */
  static List<Panels> all() throws IOException {
    List<Panels> all = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = Panels.class.getResourceAsStream("/grafana/" + file)) {
        JsonNode dashboard = new ObjectMapper().readTree(in);
        for (JsonNode panel : dashboard.path("panels")) {
          for (JsonNode target : panel.path("targets")) {
            all.add(
                new Panels(
                    dashboard.path("title").asText() + ": " + panel.path("title").asText(),
                    target.path("expr").asText()));
          }
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
          Matcher metric =
              Pattern.compile("label_values\\((\\w+),")
                  .matcher(variable.path("query").path("query").asText());
          if (metric.find()) {
            all.add(new Panels(variable.path("name").asText(), metric.group(1)));
          }
        }
      }
    }
    return all;
  }

  /** Names of metrics and recorded series in an expression. */
  static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    // Strings first: their braces and brackets are none.
    String bare = expression.replaceAll("\"[^\"]*\"", "\"\"");
    Matcher name = NAME.matcher(NO_NAMES.matcher(bare).replaceAll(" "));
    while (name.find()) {
      if (!KEYWORDS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }

  /** The expression with all values chosen. */
  String chosen() {
    return expression.replaceAll("\\$(model|observable)", ".*");
  }
}
