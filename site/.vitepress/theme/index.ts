import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { defineAsyncComponent, onMounted } from 'vue';
import './style.css';

export default {
  extends: DefaultTheme,
  setup() {
    // The default theme's menu for items that do not fit into the bar is a button without a name.
    onMounted(() => document.querySelector('.VPNavBarExtra button')?.setAttribute('aria-label', 'More'));
  },
  enhanceApp({ app }) {
    // The editor is large, and only one page needs it.
    app.component(
      'Playground',
      defineAsyncComponent(() => import('./Playground.vue')),
    );
  },
} satisfies Theme;
